"""Read tables for the runner, on DuckDB and on Spark."""

from collections.abc import Callable
from functools import partial
from typing import Any

from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
from great_expectations.datasource.fluent.interfaces import Batch

from customer_segmentation.gates import duckdb_dialect
from customer_segmentation.relations import is_spark

# Returns the table of a relation (third), through a new data source of the given name (second).
Reader = Callable[[AbstractDataContext, str, Any], Batch]


def duckdb_batch(session: Any, context: AbstractDataContext, name: str, query: str) -> Batch:
    """The rows of a query, because another cursor cannot read a pending result.

    A table asset, because a query asset reads all rows to find the columns.
    """
    source = context.data_sources.add_sql(  # type: ignore[call-arg]  # the stub lacks kwargs
        name=name,
        connection_string=duckdb_dialect.CONNECTION_STRING,
        create_temp_table=False,
        kwargs={"creator": duckdb_dialect.creator(session, query)},
    )
    asset = source.add_table_asset(name="table", table_name=duckdb_dialect.VIEW)
    return asset.add_batch_definition_whole_table("all rows").get_batch()


def spark_batch(context: AbstractDataContext, name: str, frame: Any) -> Batch:
    """The rows of a DataFrame, without a cache, which would cost the memory of a copy."""
    asset = context.data_sources.add_spark(name=name, persist=False).add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("all rows").get_batch({"dataframe": frame})


def reader_of(session: Any) -> Reader:
    """The reader of a dbt Python model's ``session``."""
    return spark_batch if is_spark(session) else partial(duckdb_batch, session)
