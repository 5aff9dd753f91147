"""Time to fit and to score many customers with the models as dbt runs them.

Builds the bundled sample in a separate folder, replaces its customers with many invented ones, and
runs the models that score them. Prints seconds beside the project's limits for a million customers
on two cores.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[1]
WORK = REPOSITORY / "target" / "bench"
PARTS = ("dbt_project.yml", "profiles", "macros", "models", "seeds")

# Timed tasks: models, and maximum seconds for a million customers. A fit reads a sample of limited
# size, so that more customers do not take more time.
TASKS: dict[str, tuple[list[str], int | None]] = {
    "fits": (["int_value_parameters", "int_cluster_model"], None),
    "back-test": (["int_value_back_test"], None),
    "customer value": (["int_history_forecasts", "int_customer_value"], 10),
    "clusters": (["int_cluster_parameters", "int_cluster_scores"], 5),
}

CLUSTER_FEATURES = [
    "recency_days",
    "tenure_days",
    "lifetime_orders",
    "average_order_value",
    "categories_bought",
    "products_bought",
    "discounted_orders",
    "web_sessions",
    "product_views",
    "pages_viewed",
    "abandoned_carts",
    "service_contacts",
]
VARIABLES = {"cluster_features": CLUSTER_FEATURES, "refit": True, "accept_recluster": True}

# Purchases at all kinds of rates over three years, from hashes, so that each run has the same.
HISTORIES = """
create or replace table segments_intermediate.int_purchase_histories as
with draws as (
    select
        range as number,
        hash(range, 1) % 1000 / 1000.0 as rate_draw,
        cast(hash(range, 2) % 1095 as int) as age_days,
        hash(range, 3) % 1000 / 1000.0 as recency_draw,
    from range({customers})
),
counts as (
    select
        *,
        case
            when age_days > 0 then cast(least(age_days, floor(0.2 / (1.001 - rate_draw))) as int)
            else 0
        end as repeats,
    from draws
)
select
    period,
    md5(cast(number as varchar)) as customer_id,
    repeats,
    case
        when repeats > 0 then greatest(repeats, cast(floor(age_days * recency_draw) as int))
        else 0
    end as recency_days,
    age_days,
    cast(repeats * (20 + number % 80) as decimal(18, 2)) as repeat_net_amount,
    cast(later_days as int) as later_days,
    0 as later_purchases,
from counts
cross join (values ('all', 0), ('calibration', 270)) as periods (period, later_days)
where period = 'all' or number % 4 > 0;

create or replace table segments_intermediate.int_customer_orders as
select customer_id, repeat_net_amount + 25 as lifetime_net_amount
from segments_intermediate.int_purchase_histories
where period = 'all';
"""

# Made-up customers fit no model, so that each would be withheld.
CHOICE = """
update segments_intermediate.int_value_back_test
set outcome = if(model = 'mbg_nbd', 'chosen', 'not_chosen'), reason = null
"""

# Buyers of the sample again and again, each time a little different.
FEATURES = """
create or replace table segments_intermediate.customer_features as
select
    md5(customer_id || '|' || cast(copies.range as varchar)) as customer_id,
    lifetime_orders,
    {features},
from segments_intermediate.customer_features
cross join range(cast(ceil({customers} / 900.0) as bigint)) as copies
where lifetime_orders > 0
limit {customers};
"""


def main(
    customers: Annotated[int, typer.Option(min=1000, help="Customers to score.")] = 1_000_000,
) -> None:
    """Prints how long each task takes; nothing is asserted."""
    console = Console()
    shutil.rmtree(WORK, ignore_errors=True)
    for part in PARTS:
        source = REPOSITORY / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        WORK.mkdir(parents=True, exist_ok=True)
        copy(source, WORK / part)
    console.print("building the sample")
    dbt("build", "--exclude-resource-type", "test", "unit_test")
    with duckdb.connect(str(WORK / "warehouse.duckdb")) as connection:
        console.print(f"making {customers:,} customers")
        connection.execute(HISTORIES.format(customers=customers))
        listed = ", ".join(
            f"{name} * (1 + copies.range % 7 / 100.0) as {name}"
            for name in CLUSTER_FEATURES
            if name != "lifetime_orders"
        )
        connection.execute(FEATURES.format(customers=customers, features=listed))
    table = Table("task", "models", "seconds", "limit for 1,000,000")
    for task, (models, limit) in TASKS.items():
        console.print(task)
        dbt("run", "--select", *models)
        seconds = run_times()
        if task == "back-test":
            with duckdb.connect(str(WORK / "warehouse.duckdb")) as connection:
                connection.execute(CHOICE)
        table.add_row(
            task,
            ", ".join(f"{model} {seconds[model]:.1f}" for model in models),
            f"{sum(seconds.values()):.1f}",
            "" if limit is None else str(limit),
        )
    console.print(table)


def dbt(*arguments: str) -> None:
    """Runs dbt in the copy; shows what it printed only where it failed."""
    run = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *arguments,
            *("--vars", json.dumps(VARIABLES)),
        ],
        cwd=WORK,
        env={**os.environ, "DBT_PROFILES_DIR": "profiles", "SEGMENTS_DATABASE": "warehouse.duckdb"},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.exit(run.stdout[-4000:])


def run_times() -> dict[str, float]:
    """Seconds of each model in the last run."""
    results = json.loads((WORK / "target" / "run_results.json").read_text(encoding="utf-8"))
    return {
        result["unique_id"].rpartition(".")[2]: result["execution_time"]
        for result in results["results"]
    }


if __name__ == "__main__":
    typer.run(main)
