"""The project in Airflow with Cosmos: one task builds and publishes everything."""

import json
import os
from datetime import datetime
from pathlib import Path

from airflow.sdk import DAG
from cosmos import InvocationMode, ProfileConfig
from cosmos.operators.local import DbtBuildLocalOperator

ROOT = Path(__file__).resolve().parents[3]
DBT = {
    "project_dir": str(ROOT),
    "profile_config": ProfileConfig(
        profile_name="customer_segmentation",
        target_name="dev",
        profiles_yml_filepath=ROOT / "profiles" / "profiles.yml",
    ),
    "vars": json.loads(os.environ.get("SEGMENTS_VARS", "{}")),
    # Cosmos runs dbt in a temporary folder; the environment says where the results are.
    "append_env": True,
    "install_deps": False,
    # The tables of this project are no assets of Airflow.
    "emit_datasets": False,
    # Memory is free again after the run, and dbt may be of another environment.
    "invocation_mode": InvocationMode.SUBPROCESS,
    # The build database has one writer, so the pool has one slot.
    "pool": "build_database",
}
EVERY_RUN = {"start_date": datetime(2026, 1, 1), "catchup": False, "max_active_runs": 1}

with DAG("segments_daily", schedule="0 4 * * *", **EVERY_RUN) as daily:
    DbtBuildLocalOperator(task_id="build", **DBT)

with DAG("segments_hourly", schedule="30 * * * *", **EVERY_RUN) as hourly:
    DbtBuildLocalOperator(task_id="service_cards", selector="service_hourly", **DBT)
