"""Compare what Spark published with what DuckDB published, row for row."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
from pyarrow import parquet

Rows = list[tuple[object, ...]]


def spark_table(warehouse: Path, schema: str, table: str) -> str:
    """A table of Spark that DuckDB can select from."""
    return f"read_parquet('{warehouse}/{schema}.db/{table}/*.parquet')"


def tables_of(file: Path) -> list[str]:
    """The tables of a published file."""
    with duckdb.connect(str(file), read_only=True) as connection:
        query = "select table_name from duckdb_tables() order by table_name"
        return [name for (name,) in connection.execute(query).fetchall()]


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The columns of a table and their types."""
    description = connection.execute(f"describe from {table}").fetchall()
    return {row[0]: row[1] for row in description}


def differences(
    file: Path, warehouse: Path, schema: str, tables: Iterable[str] | None = None
) -> dict[str, list[Rows] | str]:
    """Up to three rows that only DuckDB published, and that only Spark published, by table.

    Args:
        file: the file that DuckDB published.
        warehouse: the folder of Spark's tables, and ``schema`` the published one.
        tables: the tables of the file to compare; all if None.
    """
    found: dict[str, list[Rows] | str] = {}
    names = tables_of(file) if tables is None else tables
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        for table in names:
            on_spark = spark_table(warehouse, schema, table)
            types = columns_of(connection, on_spark)
            # Spark's timestamps are moments; both engines run in UTC.
            moments = [name for name, kind in types.items() if kind.endswith("TIME ZONE")]
            casts = ", ".join(f'cast("{name}" as timestamp) as "{name}"' for name in moments)
            rows = f"select *{f' replace ({casts})' if moments else ''} from {on_spark}"
            columns = types | dict.fromkeys(moments, "TIMESTAMP")
            if list(columns_of(connection, table).items()) != list(columns.items()):
                found[table] = f"columns of Spark: {columns}"
                continue
            sides = [(f"from {table}", rows), (rows, f"from {table}")]
            only = [
                connection.sql(f"{one} except all {other} limit 3").fetchall()
                for one, other in sides
            ]
            if any(only):
                found[table] = only
    return found


def different_exports(folder: Path, other: Path) -> list[str]:
    """The exported files that are not the same in both folders."""
    names = {file.name for each in (folder, other) for file in each.glob("*.*")}
    return sorted(name for name in names if not _are_equal(folder / name, other / name))


def _are_equal(file: Path, other: Path) -> bool:
    if not (file.exists() and other.exists()):
        return False
    if file.suffix == ".parquet":
        return bool(parquet.read_table(file).equals(parquet.read_table(other)))
    return file.read_bytes() == other.read_bytes()
