"""Read tables for the runner, on DuckDB and on Spark."""

from typing import Any, Protocol

from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
from great_expectations.datasource.fluent.interfaces import Batch

from customer_segmentation.gates import duckdb_dialect
from customer_segmentation.relations import is_spark


class Engine(Protocol):
    """The interface of an engine."""

    def batch(self, context: AbstractDataContext, name: str, relation: Any) -> Batch:
        """The table of ``relation``, through a new data source ``name``."""


class DuckDBEngine:
    """Relations are queries, because another cursor cannot read a pending result."""

    def __init__(self, session: Any) -> None:
        """Takes the live connection."""
        self._session = session

    def batch(self, context: AbstractDataContext, name: str, relation: str) -> Batch:
        """A table asset, because a query asset reads all rows to find the columns."""
        source = context.data_sources.add_sql(  # type: ignore[call-arg]  # the stub lacks kwargs
            name=name,
            connection_string=duckdb_dialect.CONNECTION_STRING,
            create_temp_table=False,
            kwargs={"creator": duckdb_dialect.creator(self._session, relation)},
        )
        asset = source.add_table_asset(name="table", table_name=duckdb_dialect.VIEW)
        return asset.add_batch_definition_whole_table("all rows").get_batch()


class SparkEngine:
    """Relations are DataFrames."""

    def batch(self, context: AbstractDataContext, name: str, relation: Any) -> Batch:
        """A DataFrame asset, without a cache, which would cost the memory of a copy."""
        source = context.data_sources.add_spark(name=name, persist=False)
        asset = source.add_dataframe_asset(name="table")
        return asset.add_batch_definition_whole_dataframe("all rows").get_batch(
            batch_parameters={"dataframe": relation}
        )


def engine_of(session: Any) -> Engine:
    """The engine of a dbt Python model's ``session``."""
    return SparkEngine() if is_spark(session) else DuckDBEngine(session)
