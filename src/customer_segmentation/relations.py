"""What dbt gives a Python model and takes back, the same on DuckDB and on Spark."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa


def is_spark(session: Any) -> bool:
    """Whether a model's ``session`` is Spark's; else it is a DuckDB connection."""
    return type(session).__module__.startswith("pyspark.")


def read_table(relation: Any) -> pa.Table:
    """All rows of what ``dbt.ref`` returned; for relations that fit into memory."""
    # Ask the type: a DataFrame of Spark Connect takes any name for a column.
    if hasattr(type(relation), "to_arrow_table"):
        return relation.to_arrow_table()
    return relation.toArrow()


def read_first(
    relation: Any, key: str, rows: int, *, where: str = "true", columns: Iterable[str] = ("*",)
) -> pa.Table:
    """``columns`` of the first ``rows`` rows by ``key`` of what ``dbt.ref`` returned.

    ``where`` is a condition in SQL; ``columns`` has the key.
    """
    is_duckdb = hasattr(type(relation), "to_arrow_table")
    chosen = relation.filter(where).select(*columns)
    return read_table((chosen.order(key) if is_duckdb else chosen.orderBy(key)).limit(rows))


def part(relation: Any, condition: str, columns: Sequence[str] | None = None) -> Any:
    """The rows of what ``dbt.ref`` returned that meet ``condition``; all columns, or these."""
    rows = relation.filter(condition)
    return rows if columns is None else rows.select(*columns)


def model_result(session: Any, table: pa.Table) -> Any:
    """Rows as what a Python model of the session's engine returns."""
    return session.createDataFrame(table) if is_spark(session) else table


def drop_table_of_spark(session: Any, name: str) -> None:
    """Drop a table that nothing reads any more, where the session is Spark's."""
    if is_spark(session):
        session.sql(f"drop table if exists {name}")


def return_freed_memory(session: Any) -> None:
    """Let DuckDB give back memory at once, which the system clears before it is used again.

    Memory that DuckDB uses again holds what was in it, and is written into the gaps of a block.
    """
    if not is_spark(session):
        session.execute("set allocator_flush_threshold = '0B'")
        session.execute("set allocator_bulk_deallocation_flush_threshold = '0B'")
