"""Expectations that Great Expectations does not have."""

# Great Expectations re-exports its names implicitly and its decorators carry no types.
# mypy: disable-error-code="attr-defined, untyped-decorator"

from functools import reduce
from operator import or_
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from great_expectations.compatibility.pyspark import functions as spark_functions
from great_expectations.execution_engine import (
    PandasExecutionEngine,
    SparkDFExecutionEngine,
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import MulticolumnMapMetricProvider
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (  # noqa: E501
    multicolumn_condition_partial,
)


class AnyColumnGiven(MulticolumnMapMetricProvider):
    """Per row: whether at least one of the columns is not null."""

    condition_metric_name = "any_column.given"
    condition_domain_keys = (
        "batch_id",
        "table",
        "column_list",
        "row_condition",
        "condition_parser",
        "ignore_row_if",
    )

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **kwargs: Any) -> Any:  # noqa: N805
        return column_list.notna().any(axis=1)

    @multicolumn_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column_list: Any, **kwargs: Any) -> Any:  # noqa: N805
        return sa.or_(*(column.is_not(None) for column in column_list))

    @multicolumn_condition_partial(engine=SparkDFExecutionEngine)
    def _spark(cls, column_list: Any, **kwargs: Any) -> Any:  # noqa: N805
        given = (spark_functions.col(name).isNotNull() for name in column_list.columns)
        return reduce(or_, given)


class ExpectAnyColumnToBeGiven(MulticolumnMapExpectation):
    """Expect at least one of ``column_list`` to be given, in a ``mostly`` share of the rows."""

    map_metric = "any_column.given"
    # Rows without any value are the unexpected ones; they must not be ignored.
    ignore_row_if: Literal["never"] = "never"
