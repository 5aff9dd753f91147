"""Rule segments over the customers of the session's engine."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from customer_segmentation.relations import is_spark, read_table
from customer_segmentation.rules.conditions import Kind
from customer_segmentation.rules.lint import rule_segments
from customer_segmentation.rules.rows import table_rows
from customer_segmentation.rules.statement import DUCKDB, SPARK, Statement, rule_statement

_VIEW = "customers_of_rules"
_STEPS_VIEW = "steps_of_rules"


@dataclass(frozen=True)
class Inputs:
    """Relations of the engine, each named after its model: ``customer_features`` and so on."""

    customer_features: Any
    segment_rules: Any
    segments: Any
    int_customer_steps: Any
    as_of: Any


def evaluated_rules(session: Any, inputs: Inputs, *, exit_percent: float, file: Path) -> Any:
    """The strength of each customer in each rule segment, as the result of a Python model.

    Args:
        session: the session of the dbt Python model.
        inputs: the relations to read.
        exit_percent: relaxation of thresholds for ``loose_strength``.
        file: the CSV of the rules, which numbers the rows in errors.

    Returns:
        The rows of ``Statement``. The result is streamed.

    Raises:
        RulesError: the rules are wrong; no query has run.
    """
    on_spark = is_spark(session)
    statement = statement_of_rules(inputs, exit_percent=exit_percent, file=file, on_spark=on_spark)
    if on_spark:
        inputs.customer_features.createOrReplaceTempView(_VIEW)
        inputs.int_customer_steps.createOrReplaceTempView(_STEPS_VIEW)
        return session.sql(statement.sql, args=statement.parameters)
    return session.execute(statement.sql, statement.parameters).to_arrow_reader()


def statement_of_rules(
    inputs: Inputs, *, exit_percent: float, file: Path, on_spark: bool
) -> Statement:
    """The query of ``evaluated_rules``; on Spark, it reads customers and steps from views."""
    names = [
        row["segment"]
        for row in read_table(inputs.segments).to_pylist()
        if row["segmentation"] == "business"
    ]
    kinds = feature_kinds(inputs.customer_features)
    segments = rule_segments(table_rows(read_table(inputs.segment_rules), file), kinds, names)
    return rule_statement(
        segments,
        kinds,
        exit_percent=Decimal(str(exit_percent)),
        dialect=SPARK if on_spark else DUCKDB,
        source=_VIEW if on_spark else f"({inputs.customer_features.sql_query()})",
        steps=_STEPS_VIEW if on_spark else f"({inputs.int_customer_steps.sql_query()})",
        # Without a last day there are no customers, and any day will do.
        as_of=read_table(inputs.as_of)["as_of_date"][0].as_py() or date(2000, 1, 1),
    )


def feature_kinds(features: Any) -> dict[str, Kind]:
    """The columns of a relation that rules can use, and their kinds."""
    if hasattr(type(features), "to_arrow_table"):
        columns = zip(features.columns, map(str, features.types), strict=True)
    else:
        columns = features.dtypes
    kinds = ((name, _kind(type_name.lower())) for name, type_name in columns)
    return {name: kind for name, kind in kinds if kind and _is_plain(name)}


def _is_plain(name: str) -> bool:
    """Whether a column name needs no quotes in SQL."""
    return name.isascii() and name.isidentifier()


def _kind(type_name: str) -> Kind | None:
    word = type_name.partition("(")[0].partition(" ")[0]
    return _KINDS.get(word)


_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("varchar", "string"), "text"),
    **dict.fromkeys(("tinyint", "smallint", "int", "integer", "bigint", "hugeint"), "whole"),
    **dict.fromkeys(("decimal", "float", "double"), "number"),
    **dict.fromkeys(("date", "timestamp", "timestamp_ntz"), "date"),
    "boolean": "yes_no",
}
