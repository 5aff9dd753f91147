"""Relations of dbt Python models: one interface for DuckDB and Spark."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

_TYPES = {
    "string": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "decimal": pa.decimal128(18, 6),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def schema(columns: str) -> pa.Schema:
    """The schema of columns in the words of SQL, such as ``segment string, customers bigint``."""
    pairs = (column.split() for column in columns.split(","))
    return pa.schema([(name, _TYPES[kind]) for name, kind in pairs])


def is_spark(session: Any) -> bool:
    """Whether the ``session`` of a model is a Spark session; otherwise it is a DuckDB
    connection.
    """
    return type(session).__module__.startswith("pyspark.")


def text_literal(text: str, *, on_spark: bool = False) -> str:
    """A text in a query, as the macro ``text_literal`` writes it."""
    if on_spark:
        # Spark reads a backslash as the beginning of an escape.
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "'" + text.replace("'", "''") + "'"


def read_table(relation: Any) -> pa.Table:
    """All rows of a relation that fits into memory."""
    # Ask the type, because a DataFrame of Spark Connect takes any attribute for a column.
    if hasattr(type(relation), "to_arrow_table"):
        return relation.to_arrow_table()
    return relation.toArrow()


def read_first(
    relation: Any, key: str, rows: int, *, where: str = "true", columns: Iterable[str] = ("*",)
) -> pa.Table:
    """``columns`` of the first ``rows`` rows of a relation, in the order of ``key``.

    ``where`` is a condition in SQL; ``columns`` has the key.
    """
    is_duckdb = hasattr(type(relation), "to_arrow_table")
    chosen = relation.filter(where).select(*columns)
    return read_table((chosen.order(key) if is_duckdb else chosen.orderBy(key)).limit(rows))


def read_counts(relation: Any, columns: Sequence[str], name: str) -> pa.Table:
    """The distinct values of ``columns`` of a relation, and their number of rows as ``name``."""
    if hasattr(type(relation), "to_arrow_table"):
        return read_table(relation.aggregate(f"{', '.join(columns)}, count(*) as {name}"))
    return read_table(relation.groupBy(*columns).count().withColumnRenamed("count", name))


def part(relation: Any, condition: str, columns: Sequence[str] | None = None) -> Any:
    """The rows of a relation that meet ``condition``; all columns, or ``columns``."""
    rows = relation.filter(condition)
    return rows if columns is None else rows.select(*columns)


def model_result(session: Any, table: pa.Table) -> Any:
    """Rows in the form that a Python model of the session's engine returns."""
    return spark_frame(session, table) if is_spark(session) else table


def spark_frame(session: Any, table: pa.Table) -> Any:
    """Rows as a DataFrame of the Spark session."""
    if table.num_rows:
        return session.createDataFrame(table)
    # Spark Connect does not infer the types of a table without rows.
    from pyspark.sql.pandas.types import from_arrow_schema

    return session.createDataFrame(table, from_arrow_schema(table.schema))


def drop_table_of_spark(session: Any, name: str) -> None:
    """Drop a table that nothing reads any more, if the session is a Spark session."""
    if is_spark(session):
        session.sql(f"drop table if exists {name}")


def return_freed_memory(session: Any) -> None:
    """Let DuckDB return freed memory to the system at once; the system clears it.

    Reused memory keeps its old content, and DuckDB writes it into the gaps of blocks. The macro
    ``reuse_freed_memory`` ends this.
    """
    if not is_spark(session):
        # Files that are kept in memory would be freed later.
        session.execute("set enable_external_file_cache = false")
        session.execute("set allocator_flush_threshold = '0B'")
        session.execute("set allocator_bulk_deallocation_flush_threshold = '0B'")
