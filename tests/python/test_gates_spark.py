"""The gates have the same results on Spark as on DuckDB."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pandas as pd
import pytest
from gates_data import (
    AS_OF,
    BACK_TEST,
    COVERAGE,
    DRIFT,
    PROFILES,
    PROJECT,
    column_types,
    create_table,
    landing_table,
    row_counts,
)

from customer_segmentation.gates.contract import load_contract
from customer_segmentation.gates.runner import run_gate
from customer_segmentation.gates.suites import landing_suites, publish_suites

pytest.importorskip("pyspark", reason="needs requirements-spark.txt")
pytestmark = pytest.mark.spark

# Together they have every kind of expectation of the landing suites.
TABLES = {"orders": "shop", "order_lines": "shop", "products": "shop"}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.mark.parametrize("is_dirty", [False, True])
def test_landing_suites_agree(spark: Any, is_dirty: bool, tmp_path: Any) -> None:
    types = column_types()
    contract = {name: load_contract(PROJECT)[name] for name in TABLES}
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        for table in TABLES:
            frame = landing_table(types[table], 60, seed=4, is_dirty=is_dirty)
            create_table(connection, f"staging.{table}", types[table], frame)
        counts = row_counts(connection, TABLES, quarantined_share=0.2 if is_dirty else 0.0)
        columns = ", ".join(counts[0])
        connection.execute(
            "create table staging.landing_row_counts as select * from (values "
            f"{', '.join(str(tuple(row.values())) for row in counts)}) counts ({columns})"
        )
        suites = landing_suites("shop", contract, counts, AS_OF, 30)
        names = {suite.table: f"from staging.{suite.table}" for suite in suites}
        frames = {}
        for table, name in names.items():
            connection.execute(f"copy ({name}) to '{tmp_path}/{table}.parquet'")
            frames[table] = spark.read.parquet(f"{tmp_path}/{table}.parquet")
        expected = run_gate(connection, "gate_shop", suites, names, "run").to_pylist()
    result = run_gate(spark, "gate_shop", suites, frames, "run")
    assert [field.simpleString() for field in result.schema][:4] == [
        "run_id:string",
        "run_number:bigint",
        "gate:string",
        "table_name:string",
    ]
    assert [row.asDict() for row in result.collect()] == expected
    assert all(row["passed"] for row in expected) != is_dirty


def test_publish_suites_agree(spark: Any) -> None:
    tables = {
        "segmentation_coverage": pd.DataFrame(COVERAGE).assign(rows_assigned=[100, 101, 180]),
        "agg_segment_profiles": pd.DataFrame(PROFILES).assign(customer_share=[0.99, 0.01, 1.0]),
        "value_back_test": pd.DataFrame(BACK_TEST),
        "agg_drift": pd.DataFrame(DRIFT),
    }
    frames = {
        name: spark.createDataFrame(frame.to_dict("records")) for name, frame in tables.items()
    }
    result = run_gate(spark, "gate_publish", publish_suites(0.1, True), frames, "run").collect()
    assert [(row.column_name, row.examples) for row in result if not row.passed] == [
        ("rows_assigned, customers_expected", "age"),
        ("customer_share", "rfm/champions"),
    ]
