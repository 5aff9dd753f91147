"""Keys and comments of the published file, which BI tools show."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from project import Project

from customer_segmentation import declaring
from customer_segmentation.publishing import publish

# Rows of the model published_descriptions.
DESCRIPTIONS = [
    ("orders", "table", "", "", "", "One row per order; it's paid."),
    ("orders", "column", "buyer", "", "", "Who pays."),
    ("orders", "column", "not_there", "", "", "A column of the YAML alone."),
    ("orders", "primary_key", "order_id", "", "", ""),
    ("orders", "primary_key", "day", "day > '2031-01-01'", "", ""),
    ("orders", "primary_key", "number", "", "", ""),
    ("orders", "unique", "buyer, day", "", "", ""),
    ("orders", "references", "buyer", "", "people", "name"),
    ("orders", "references", "day", "", "days", "day"),
    ("people", "primary_key", "name", "", "", ""),
]


def publish_orders(path: Path, buyer: str = "Ann") -> duckdb.DuckDBPyConnection:
    with duckdb.connect() as session:
        session.execute(
            f"create table orders as select 1 as order_id, 2 as number, '{buyer}' as buyer, "
            "null::date as day; create table people as select 'Ann' as name"
        )
        columns = ["table_name", "kind", "columns", "condition", "other_table", "description"]
        rows = [dict(zip(columns, row, strict=True)) for row in DESCRIPTIONS]
        publish(
            session,
            {"fct_orders": session.table("orders"), "dim_people": session.table("people")},
            path=str(path),
            schema="",
            descriptions=session.from_arrow(pa.Table.from_pylist(rows)),
        )
    return duckdb.connect(str(path), read_only=True)


def constraints(published: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return published.execute(
        "select table_name, replace(constraint_text, '\"', '') from duckdb_constraints() "
        "where constraint_type <> 'NOT NULL' order by all"
    ).fetchall()


def test_keys_and_comments_are_those_of_the_yaml(tmp_path: Path) -> None:
    with publish_orders(tmp_path / "a.duckdb") as published:
        assert constraints(published) == [
            ("dim_people", "PRIMARY KEY(name)"),
            ("fct_orders", "FOREIGN KEY (buyer) REFERENCES dim_people(name)"),
            ("fct_orders", "PRIMARY KEY(order_id)"),
            ("fct_orders", "UNIQUE(buyer, day)"),
            ("fct_orders", "UNIQUE(number)"),
        ]
        comments = published.execute(
            "select comment from duckdb_tables() where table_name = 'fct_orders'"
        ).fetchall()
        assert comments == [("One row per order; it's paid.",)]
        assert published.execute(
            "select column_name, comment from duckdb_columns() where comment is not null"
        ).fetchall() == [("buyer", "Who pays.")]


def test_a_part_of_a_table_has_the_keys_of_that_part() -> None:
    rows = [
        {"kind": "primary_key", "columns": columns, "condition": condition, "table_name": "cuts"}
        for columns, condition in (("score", "is_new"), ("score, version", ""), ("score", "is_old"))
    ]
    with duckdb.connect() as session:
        session.execute("create table cuts as select 1 as score, 1 as version, true as is_new")
        part = session.table("cuts").filter("is_new").select("score").sql_query()
    assert declaring.declarations(rows, {"new_cuts": part})["new_cuts"].primary_keys == [
        "score",
        "score, version",
    ]


def test_a_foreign_key_that_does_not_hold_publishes_nothing(tmp_path: Path) -> None:
    with pytest.raises(duckdb.ConstraintException, match="foreign key"):
        publish_orders(tmp_path / "a.duckdb", buyer="nobody")
    assert not (tmp_path / "a.duckdb").exists()


def test_a_table_with_many_rows_has_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declaring, "MAX_KEYED_ROWS", 0)
    with publish_orders(tmp_path / "a.duckdb") as published:
        assert constraints(published) == []


# The same row may be reported or written twice.
WITHOUT_KEY = {"gate_results", "quarantined_rows", "segment_rules"}


@pytest.mark.end_to_end
@pytest.mark.parametrize("name", ["customer_segments.duckdb", "service_cards.duckdb"])
def test_every_published_table_has_a_key_and_comments(built: Project, name: str) -> None:
    with duckdb.connect(str(built.published.with_name(name)), read_only=True) as published:
        tables = dict(
            published.execute("select table_name, comment from duckdb_tables()").fetchall()
        )
        keyed = published.execute(
            "select table_name from duckdb_constraints() "
            "where constraint_type in ('PRIMARY KEY', 'UNIQUE')"
        ).fetchall()
        silent = published.execute(
            "select table_name, column_name from duckdb_columns() "
            "where not internal and comment is null"
        ).fetchall()
    assert tables
    assert [table for table, comment in tables.items() if not comment] == []
    assert silent == []
    assert tables.keys() - {table for (table,) in keyed} <= WITHOUT_KEY


@pytest.mark.end_to_end
def test_facts_have_foreign_keys(built: Project) -> None:
    """DuckDB enforces each of them."""
    keys = built.rows(
        "select table_name, referenced_table from duckdb_constraints() "
        "where constraint_type = 'FOREIGN KEY'"
    )
    expected = {("fct_customer_segments", "dim_customers"), ("audience_members", "audiences")}
    assert expected <= set(keys)
