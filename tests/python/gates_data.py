"""Landing tables for the tests of the gates, good or dirty, with the types of the contract."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import yaml  # type: ignore[import-untyped]

PROJECT = Path(__file__).parents[2]
AS_OF = dt.date(2024, 6, 30)

# Tables of the publish gate without a fault, with values on the limits.
COVERAGE = {
    "segmentation": ["rfm", "age", "archetype"],
    "is_hard": [True, True, False],
    "customers_expected": [100, 100, 100],
    "customers_assigned": [100, 100, 100],
    "rows_assigned": [100, 100, 180],
    "max_weight_error": [0.0, 0.0, 1e-6],
    "primary_errors": [0, 0, 0],
    "unknown_segments": [0, 0, 0],
}
BACK_TEST = {
    "model": ["mbg_nbd", "past_rate"],
    "message": ["makes the forecast", "not used"],
    "outcome": ["chosen", "not_chosen"],
    "aggregate_error": [-0.1, 0.5],
    "mean_absolute_error": [0.4, None],
}
DRIFT = {
    "item_kind": ["segmentation", "feature"],
    "item": ["rfm", "age_years"],
    "verdict": ["stable", "not_compared"],
}

PROFILES = {
    "segmentation": ["rfm", "rfm", "age"],
    "segment": ["champions", "lost", "unknown"],
    "customers": [98, 2, 100],
    "customer_share": [0.98, 0.02, 1.0],
}


def column_types(project: Path = PROJECT) -> dict[str, dict[str, str]]:
    """The type of each column of each landing table, from the sources YAML."""
    return {
        table["name"]: {column["name"]: column["data_type"] for column in table["columns"]}
        for path in project.glob("models/staging/*/_*__sources.yml")
        for source in yaml.safe_load(path.read_text())["sources"]
        for table in source["tables"]
    }


def landing_table(types: Mapping[str, str], rows: int, seed: int, is_dirty: bool) -> pd.DataFrame:
    """Random rows. Dirty rows are stale, half empty, out of scale and mostly test records."""
    random = np.random.default_rng(seed)
    newest = 200 if is_dirty else 0
    columns: dict[str, Any] = {}
    for position, (name, data_type) in enumerate(types.items()):
        values: list[Any]
        if data_type == "timestamp":
            days = newest + random.integers(0, 25, rows)
            values = list(pd.Timestamp(AS_OF) - pd.to_timedelta(days, unit="D"))
        elif data_type == "date":
            values = [AS_OF - dt.timedelta(days=int(day)) for day in random.integers(0, 900, rows)]
        elif data_type == "boolean":
            values = list(random.random(rows) < (0.7 if is_dirty else 0.02))
        elif data_type == "string":
            values = [f"{name}-{seed}-{row}" for row in range(rows)]
        else:
            values = [int(number) for number in random.integers(1, 5, rows)]
            if is_dirty:
                values = [number * 10**7 for number in values]
        if position and is_dirty:
            values = [None if random.random() < 0.6 else value for value in values]
        columns[name] = values
    return pd.DataFrame(columns, dtype=object)


def create_table(
    connection: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str], frame: pd.DataFrame
) -> None:
    """Creates the table ``name`` with the rows of ``frame``, cast to their types."""
    connection.register("frame", frame.astype(object).where(frame.notna(), None))
    columns = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in types.items())
    connection.execute(f"create or replace table {name} as select {columns} from frame")
    connection.unregister("frame")


def row_counts(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], **changes: Any
) -> list[dict[str, Any]]:
    """Rows of landing_row_counts for fully staged tables (name -> domain)."""
    counts = []
    for table, domain in tables.items():
        (rows,) = connection.execute(f"select count(*) from staging.{table}").fetchall()[0]
        count = {
            "domain": domain,
            "table_name": table,
            "is_supplied": True,
            "rows_landed": rows,
            "rows_staged": rows,
            "rows_quarantined": 0,
            "rows_duplicate": 0,
            "rows_superseded": 0,
            "rows_later": 0,
            "quarantined_share": 0.0,
            "max_quarantined_share": 0.05,
        }
        counts.append({**count, **changes})
    return counts
