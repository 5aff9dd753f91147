"""How the runner reaches a table and returns its results, on DuckDB and on Spark."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

import pyarrow as pa
from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
from great_expectations.datasource.fluent.interfaces import Batch

from customer_segmentation.gates import duckdb_dialect


class Engine(Protocol):
    """What the runner needs to know of an engine."""

    def batch(self, context: AbstractDataContext, name: str, relation: Any) -> Batch:
        """The table behind ``relation``, through a new data source called ``name``."""

    def table(self, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> Any:
        """Rows as what a dbt Python model of this engine returns."""


class DuckDBEngine:
    """Relations are names: schema and table, quoted where they have to be."""

    def __init__(self, session: Any) -> None:
        """Takes the live connection."""
        self._session = session

    def batch(self, context: AbstractDataContext, name: str, relation: str) -> Batch:
        """A table asset, never a query asset: that one reads all rows to learn the columns."""
        schema, _, table = relation.rpartition(".")
        source = context.data_sources.add_sql(  # type: ignore[call-arg]  # the stub lacks kwargs
            name=name,
            connection_string=duckdb_dialect.CONNECTION_STRING,
            create_temp_table=False,
            kwargs={"creator": duckdb_dialect.creator(self._session, schema)},
        )
        asset = source.add_table_asset(name="table", table_name=table)
        return asset.add_batch_definition_whole_table("all rows").get_batch()

    def table(self, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
        """An Arrow table."""
        return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


class SparkEngine:
    """Relations are DataFrames."""

    _TYPES: ClassVar = {pa.string(): "string", pa.bool_(): "boolean", pa.int64(): "bigint"}

    def __init__(self, session: Any) -> None:
        """Takes the live Spark session."""
        self._session = session

    def batch(self, context: AbstractDataContext, name: str, relation: Any) -> Batch:
        """A DataFrame asset; the data is not cached, which would cost the memory of a copy."""
        source = context.data_sources.add_spark(name=name, persist=False)
        asset = source.add_dataframe_asset(name="table")
        return asset.add_batch_definition_whole_dataframe("all rows").get_batch(
            batch_parameters={"dataframe": relation}
        )

    def table(self, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> Any:
        """A Spark DataFrame."""
        columns = [f"{field.name} {self._TYPES.get(field.type, 'double')}" for field in schema]
        values = [tuple(row[field.name] for field in schema) for row in rows]
        return self._session.createDataFrame(values, ", ".join(columns))


def engine_of(session: Any) -> Engine:
    """The engine of a dbt Python model's ``session``."""
    is_spark = type(session).__module__.startswith("pyspark.")
    return SparkEngine(session) if is_spark else DuckDBEngine(session)
