"""The project in Dagster: models are assets; gates and claims are checks of them."""

import os
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

ROOT = Path(__file__).resolve().parents[2]
# The same in every command, because dbt parses everything anew if they change.
VARS = ["--vars", os.environ.get("SEGMENTS_VARS", "{}")]
# The build database has one writer, so runs wait for each other (dagster.yaml).
POOL = "build_database"

project = DbtProject(
    ROOT, profiles_dir=ROOT / "profiles", prepare_project_cli_args=["parse", "--quiet", *VARS]
)
project.prepare_if_dev()


@dbt_assets(manifest=project.manifest_path, project=project, pool=POOL)
def segments(context: dg.AssetExecutionContext, dbt: DbtCliResource):
    """Builds and publishes everything in one run of dbt."""
    yield from dbt.cli(["build", *VARS], context=context).stream()


@dg.op(pool=POOL)
def service_cards(context: dg.OpExecutionContext, dbt: DbtCliResource) -> None:
    """Builds and publishes the agents' cards from new events."""
    arguments = ["build", "--selector", "service_hourly", *VARS]
    for event in dbt.cli(arguments, manifest=project.manifest_path).stream():
        context.log_event(event)


@dg.job
def hourly() -> None:
    """The agents' cards, every hour."""
    service_cards()


daily = dg.define_asset_job("daily", selection=[segments])
defs = dg.Definitions(
    assets=[segments],
    jobs=[daily, hourly],
    schedules=[
        dg.ScheduleDefinition(job=daily, cron_schedule="0 4 * * *"),
        dg.ScheduleDefinition(job=hourly, cron_schedule="30 * * * *"),
    ],
    resources={"dbt": DbtCliResource(project_dir=project)},
)
