"""Run suites of expectations and return one result per check."""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import great_expectations as gx
import pyarrow as pa
from great_expectations.core import ExpectationValidationResult
from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation

from customer_segmentation.gates.engines import Reader, reader_of
from customer_segmentation.gates.page import write_page
from customer_segmentation.gates.results import (
    SCHEMA,
    CheckResult,
    check_result,
    not_supplied,
    unreadable,
)
from customer_segmentation.relations import model_result

# Great Expectations keeps global state while it validates; dbt may run two gates at a time.
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Suite:
    """The expectations on one table.

    ``table`` is the relation to read. ``key`` are the columns that identify a row; only their
    values may be shown. The ``description`` of an expectation is its rule in words. Its ``meta``
    may have ``optional`` (an aggregate passes without data) and ``table`` (the table of the result,
    if it differs from the table that is read). Its ``message`` is the text of a failure, in which
    ``{found}`` is the aggregate, and ``{rows}``, ``{of}`` and ``{share}`` are the unexpected rows.
    """

    table: str
    key: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    is_supplied: bool = True


def run_gate(
    session: Any,
    gate: str,
    suites: Sequence[Suite],
    relations: Mapping[str, Any],
    run_id: str,
    docs_directory: Path | None = None,
    run_number: int = 1,
) -> Any:
    """Checks every suite and returns the rows of the gate model (columns: ``results.SCHEMA``).

    ``relations`` are the tables: queries on DuckDB, DataFrames on Spark. The return value is an
    Arrow table or a Spark DataFrame. An expectation that raises is a critical failure; no data make
    this function raise. With a ``docs_directory``, the same results are a page at
    ``<docs_directory>/<run_id>/<gate>.html``.
    """
    read = reader_of(session)
    with _LOCK:
        results = [
            result
            for suite in suites
            for result in run_suite(read, suite, relations, f"{gate} {run_id}")
        ]
    if docs_directory:
        write_page(docs_directory / run_id / f"{gate}.html", gate, run_id, results)
    run = {"run_id": run_id, "run_number": run_number, "gate": gate}
    rows = [{**run, **asdict(result)} for result in results]
    return model_result(session, pa.Table.from_pylist(rows, SCHEMA))


def run_suite(
    read: Reader, suite: Suite, relations: Mapping[str, Any], prefix: str
) -> list[CheckResult]:
    """The results of one suite, in the order of its expectations; ``prefix`` names the run."""
    if not suite.is_supplied:
        return [not_supplied(suite.table)]
    context = _context()
    name = f"{prefix} {suite.table}"
    try:
        batch = read(context, name, relations[suite.table])
        # The results have another order. Copies, because a suite keeps its expectations.
        expectations = [
            expectation.copy(update={"meta": {**(expectation.meta or {}), "position": position}})
            for position, expectation in enumerate(suite.expectations)
        ]
        validations = batch.validate(
            gx.ExpectationSuite(name=name, expectations=expectations),
            result_format={
                "result_format": "SUMMARY",
                "unexpected_index_column_names": list(suite.key),
                "exclude_unexpected_values": True,
            },
        ).results
    except Exception as error:
        return [unreadable(suite.table, error)]
    finally:
        # A context that keeps the connection would keep the database file locked.
        if name in context.data_sources.all():
            context.data_sources.delete(name)
    in_order = sorted(validations, key=_position)
    return [check_result(suite.table, validation) for validation in in_order]


def _position(validation: ExpectationValidationResult) -> int:
    assert validation.expectation_config is not None
    return int((validation.expectation_config.meta or {})["position"])


@cache
def _context() -> AbstractDataContext:
    """The one context of this process: in memory, without analytics, progress bars or log lines."""
    # Its loggers print tracebacks of failed checks with statements and data values. Some set their
    # own level, so the parent logger drops all messages.
    logger = logging.getLogger("great_expectations")
    logger.handlers, logger.propagate = [logging.NullHandler()], False
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context
