"""The last run's memberships are read from what it published."""

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from customer_segmentation.rules.memory import SCHEMA, last_memberships

MEMBER = {
    "as_of_date": date(2024, 6, 9),
    "customer_id": "ann",
    "segment": "loyal",
    "is_member": True,
    "runs_outside": 1,
    "was_member_before": True,
    "runs_outside_before": 0,
}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "published.duckdb"
    members = pa.Table.from_pylist([MEMBER], SCHEMA).append_column("reason", pa.array(["orders 9"]))
    report = pa.table({"section": ["run", "run"], "item": ["as_of_date", "landing"]})
    report = report.append_column("detail", pa.array(["2024-06-09", "files"]))
    with duckdb.connect(str(path)) as connection:
        connection.register("members", members)
        connection.register("report", report)
        connection.execute("create table rule_memberships as select * from members")
        connection.execute("create table run_report as select * from report")
    return path


def memberships(path: Path, landing: str) -> pa.Table:
    with duckdb.connect() as session:
        return last_memberships(session, path=str(path), schema="", landing=landing)


def test_the_published_memberships_are_remembered(published: Path) -> None:
    assert memberships(published, "files").to_pylist() == [MEMBER]


def test_customers_of_another_landing_are_others(published: Path) -> None:
    found = memberships(published, "sample")
    assert (found.num_rows, found.schema) == (0, SCHEMA)


def test_nothing_is_remembered_before_the_first_run_with_rules(
    published: Path, tmp_path: Path
) -> None:
    assert memberships(tmp_path / "nothing.duckdb", "files").num_rows == 0
    with duckdb.connect(str(published)) as connection:
        connection.execute("drop table rule_memberships")
    assert memberships(published, "files").num_rows == 0
