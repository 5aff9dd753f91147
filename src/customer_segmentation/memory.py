"""What the last run published, read as the memory of this one.

The published tables are the only ones that outlive the build database, and a run that failed has
not changed them: whatever a run has to remember of the runs before it is published.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from customer_segmentation.relations import is_spark

_DAYS = pa.schema(
    {
        "logged_on": pa.date32(),
        "segmentation": pa.string(),
        "definition_version": pa.string(),
        "landing": pa.string(),
    }
)


def remembered(
    session: Any, name: str, columns: Mapping[str, str], *, path: str, schema: str
) -> Any:
    """The rows that the last run published under ``name``; none where nothing is published.

    Rows are passed on as they are read, so that a table of any size will do.

    Args:
        session: what dbt gives a Python model: a DuckDB connection or a Spark session.
        name: published name of the table.
        columns: those wanted, with the SQL type (of both engines) of an empty result.
        path: DuckDB: the published file.
        schema: Spark: the schema of the published views.

    Raises:
        duckdb.Error: DuckDB: the published table lacks a column, or the file cannot be read.
    """
    if is_spark(session):
        view = f"{schema}.{name}"
        if session.catalog.tableExists(view):
            return session.table(view).select(*columns)
    elif Path(path).is_file():
        published = duckdb.connect(path, read_only=True)
        names = {row[0] for row in published.execute("show tables").fetchall()}
        if name in names:
            # The reader holds the connection for as long as there is something to read.
            rows = published.table(name).select(*columns)
            return session.from_arrow(rows.to_arrow_reader())
    nulls = ", ".join(f"cast(null as {kind}) as {column}" for column, kind in columns.items())
    return session.sql(f"select {nulls} limit 0")


def days_of_landing(days: pa.Table | None, landing: str, start_anew: bool) -> pa.Table:
    """The logged ``days``, one history at a time: those of ``landing``, or none to start anew.

    Args:
        days: what the last run published, with the column ``landing``; None for nothing.
        landing: where this run's tables come from.
        start_anew: whether the history of another landing may be lost. That of the bundled sample
            always may.

    Raises:
        ValueError: publishing would lose the history of another landing.
    """
    if days is None:
        return _DAYS.empty_table()
    others = sorted(set(days["landing"].to_pylist()) - {landing})
    if others and others != ["sample"] and not start_anew:
        count = pc.count_distinct(days["logged_on"]).as_py()
        raise ValueError(
            f"what is published holds the history of another landing ({', '.join(others)}, days: "
            f"{count}), which this run of landing '{landing}' would replace. Publish elsewhere "
            "(publish_path and service_publish_path in another folder, or publish_schema and "
            "service_publish_schema), or give up that history with start_history_anew: true"
        )
    return days.slice(0, 0) if others else days
