"""Metrics of MetricFlow are the numbers of the marts."""

import csv
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from project import REPOSITORY, Project

from customer_segmentation.catalogue import catalogue

pytestmark = pytest.mark.end_to_end

# Metrics of customers, and the same from columns of dim_customers.
OF_CUSTOMERS = {
    "customers": "count(*)",
    "persons": "count(*) filter (where customer_kind = 'person')",
    "buyers": "count(*) filter (where recency_days < 365)",
    "repeat_rate": (
        "count(*) filter (where lifetime_orders >= 2) / nullif(count(first_order_date), 0)"
    ),
    "expected_value": "sum(clv_365d)",
    "consented_share": (
        "count(*) filter (where marketing_consent_segment in "
        "('email_and_phone', 'email_only', 'phone_only', 'other_channels'))"
        " / nullif(count(*) filter (where customer_kind = 'person'), 0)"
    ),
    "retention": (
        "count(*) filter (where lifetime_orders > window_orders and window_orders > 0)"
        " / nullif(count(*) filter (where lifetime_orders > window_orders), 0)"
    ),
}
# Metrics of purchases, and the same from columns of dim_customers, which has no purchases of
# customers who object to profiling.
OF_PURCHASES = {
    "revenue": "sum(lifetime_net_amount)",
    "orders": "sum(lifetime_orders)",
    "average_order_value": "sum(lifetime_net_amount) / sum(lifetime_orders)",
}


@pytest.fixture(scope="module")
def copy(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy, because MetricFlow locks the database."""
    return built.copy(tmp_path_factory.mktemp("metrics") / "project")


def metricflow(project: Project, *arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("mf")), *arguments]
    done = subprocess.run(
        command, cwd=project.root, env=project.environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def query(project: Project, metrics: str, *groups: str) -> dict[str, dict[str, str]]:
    """The rows of a query by the values of its groups."""
    file = project.root / "metrics.csv"
    metricflow(
        project, "query", "--metrics", metrics, "--group-by", ",".join(groups), "--csv", str(file)
    )
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {" ".join(row.pop(group) for group in list(row)[: len(groups)]): row for row in rows}


def of_marts(
    project: Project, metrics: dict[str, str], group: str, condition: str = "true"
) -> dict[str, dict[str, float | None]]:
    columns = ", ".join(f"cast({sql} as double) as {name}" for name, sql in metrics.items())
    with duckdb.connect(str(project.published), read_only=True) as connection:
        rows = connection.sql(
            f"select coalesce({group}, ''), {columns} from dim_customers where {condition} "
            "group by all"
        ).fetchall()
    return {row[0]: dict(zip(metrics, row[1:], strict=True)) for row in rows}


def assert_equal(
    found: dict[str, dict[str, str]], expected: dict[str, dict[str, float | None]]
) -> None:
    assert len(expected) > 3
    for group, values in expected.items():
        numbers = {
            name: float(found[group][name]) if found[group][name] else None for name in values
        }
        assert numbers == pytest.approx(values, nan_ok=True), group


def test_the_definitions_are_valid(copy: Project) -> None:
    printed = metricflow(copy, "validate-configs")
    assert printed.count("ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0") == 6


@pytest.mark.parametrize("group", ["lifecycle_segment", "market_region"])
def test_metrics_of_customers_are_those_of_the_marts(copy: Project, group: str) -> None:
    found = query(copy, ",".join(OF_CUSTOMERS), f"customer__{group}")
    assert_equal(found, of_marts(copy, OF_CUSTOMERS, group))


def test_metrics_of_purchases_are_those_of_the_marts(copy: Project) -> None:
    found = query(copy, ",".join(OF_PURCHASES), "customer__rfm_segment")
    expected = of_marts(copy, OF_PURCHASES, "rfm_segment", "lifetime_orders > 0")
    assert_equal(found, expected)


def test_the_days_add_up_to_all_purchases(copy: Project) -> None:
    found = query(copy, "revenue", "metric_time__day")
    with duckdb.connect(str(copy.warehouse), read_only=True) as connection:
        (total,) = connection.sql(
            "select sum(net_amount) from segments_intermediate.int_orders where is_purchase"
        ).fetchone() or (None,)
    assert len(found) > 300
    assert sum(float(row["revenue"]) for row in found.values()) == pytest.approx(float(total))


def test_customers_can_be_grouped_by_every_wide_segmentation(built: Project) -> None:
    wide = {
        f"{row['segmentation']}_segment"
        for row in catalogue(REPOSITORY)["segmentations"]
        if row["is_in_dim_customers"] == "true"
    }
    (customers,) = [
        model
        for model in built.manifest["semantic_models"].values()
        if model["name"] == "customers"
    ]
    assert wide <= {dimension["name"] for dimension in customers["dimensions"]}
