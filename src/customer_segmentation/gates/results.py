"""One row per check, without personal data.

A result has counts, aggregates and keys of unexpected rows. It never has a value of another column,
nor the text of an error that could quote one.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from great_expectations.core import ExpectationValidationResult

from customer_segmentation.relations import schema

EXAMPLES = 5

# run_number is the order of runs, without a clock: one more than the gate's last run.
SCHEMA = schema(
    "run_id string, run_number bigint, gate string, table_name string, column_name string, "
    "expectation string, severity string, passed boolean, observed string, "
    "unexpected_count bigint, unexpected_share double, examples string, message string"
)

# Errors before any row is read: their first line only names tables, columns and types.
_ERRORS_WITHOUT_DATA = ("BinderException", "CatalogException", "AnalysisException")
# The arguments of an expectation that name the place, not the rule.
_PLACES = {"batch_id", "column", "column_A", "column_B", "column_list"}


@dataclass(frozen=True)
class CheckResult:
    """One check of one table. ``unexpected_share`` is the share of the checked rows, from 0 to 1.

    ``message`` is the same in every run over the same data; ``examples`` may be other rows.
    """

    table_name: str
    column_name: str | None
    expectation: str
    severity: str
    passed: bool
    observed: str | None
    unexpected_count: int | None
    unexpected_share: float | None
    examples: str | None
    message: str


def not_supplied(table: str) -> CheckResult:
    """The result of a table that is not supplied."""
    message = f"{table}: not supplied, nothing to check."
    return _without_finding(table, "not_supplied", "warning", True, message)


def unreadable(table: str, error: Exception) -> CheckResult:
    """The result of a table that cannot be opened."""
    message = f"{table}: cannot be read ({_shown_error(type(error).__name__, str(error))})."
    return _without_finding(table, "readable", "critical", False, message)


def check_result(table: str, validation: ExpectationValidationResult) -> CheckResult:
    """The result of Great Expectations, without values."""
    configuration = validation.expectation_config
    assert configuration is not None
    meta = configuration.meta or {}
    table = meta.get("table", table)
    columns = meta.get("column") or _columns(configuration.kwargs)
    subject = f"{table}.{columns}" if columns else table
    rule = configuration.description or _rule(configuration.type, configuration.kwargs)
    error = next(_errors(validation.exception_info), None)
    if error:
        message = f"{subject}: {rule}; the check could not run ({error})."
        return _without_finding(
            table, configuration.type, "critical", False, message, columns=columns
        )

    found = validation.result
    is_empty = found == {"observed_value": None}
    passed = bool(validation.success) or (is_empty and bool(meta.get("optional")))
    unexpected, share = None, None
    if "element_count" in found:
        # Without rows, the sum of unexpected ones is null.
        rows, unexpected = found["element_count"], found["unexpected_count"] or 0
        share = unexpected / rows if rows else 0.0
        observed: str | None = f"{unexpected:,} of {rows:,} rows ({share:.1%})"
        finding = f"{observed} break it"
    else:
        observed = _observed(found)
        observed = meta.get("found", observed)
        finding = "nothing to measure" if is_empty else f"found {observed}" if observed else ""
    examples = None if passed else _examples(found)
    message = "; ".join(filter(None, [f"{subject}: {rule}", finding])) + "."
    if not passed:
        figures = {"found": observed, "of": f"{found.get('element_count', 0):,}"}
        figures |= {"rows": f"{unexpected or 0:,}", "share": f"{share or 0:.1%}"}
        message = meta.get("message", message)
        for name, figure in figures.items():
            message = message.replace(f"{{{name}}}", str(figure))
    return CheckResult(
        table_name=table,
        column_name=columns,
        expectation=configuration.type,
        severity=configuration.severity.value,
        passed=passed,
        observed=observed,
        unexpected_count=unexpected,
        unexpected_share=share,
        examples=examples,
        message=message,
    )


def _without_finding(
    table: str,
    expectation: str,
    severity: str,
    passed: bool,
    message: str,
    columns: str | None = None,
) -> CheckResult:
    return CheckResult(
        table, columns, expectation, severity, passed, None, None, None, None, message
    )


def _columns(kwargs: Mapping[str, Any]) -> str | None:
    """The columns of an expectation, or None if it checks the table."""
    pair = [kwargs[name] for name in ("column_A", "column_B") if name in kwargs]
    columns = kwargs.get("column_list") or pair or [kwargs.get("column")]
    return ", ".join(filter(None, columns)) or None


def _rule(expectation: str, kwargs: Mapping[str, Any]) -> str:
    """The rule of an expectation without a description: its name and its arguments."""
    arguments = [f"{name} {value}" for name, value in kwargs.items() if name not in _PLACES]
    return " ".join([expectation.replace("_", " "), *arguments])


def _observed(found: Mapping[str, Any]) -> str | None:
    """An observed aggregate. Texts are left out, because they are values of the data."""
    mismatched = found.get("details", {}).get("mismatched")
    if mismatched:
        return "; ".join(f"{how} {', '.join(names)}" for how, names in mismatched.items())
    match found.get("observed_value"):
        case bool() | str() | None:
            return None
        case dt.datetime() | dt.date() as moment:
            return str(moment)
        case int() as count:
            return f"{count:,}"
        case float() | Decimal() as number:
            return f"{float(number):,.6g}"
    return None


def _examples(found: Mapping[str, Any]) -> str | None:
    """The first keys in order, of the at most twenty rows that Great Expectations keeps."""
    lists = found.get("partial_unexpected_index_list") or []
    # One entry has the values of each key column side by side.
    keys = [key for columns in lists for key in zip(*columns.values(), strict=True)]
    texts = sorted("/".join(map(str, key)) for key in keys)
    return ", ".join(texts[:EXAMPLES]) or None


def _errors(exception_info: Mapping[str, Any]) -> Iterator[str]:
    """The errors of a check that could not run: one entry per metric, or a single one."""
    for entry in (exception_info, *exception_info.values()):
        if isinstance(entry, Mapping) and entry.get("raised_exception"):
            last_line = (entry.get("exception_traceback") or "").strip().rpartition("\n")[2]
            class_name = last_line.partition(":")[0].rpartition(".")[2]
            yield _shown_error(class_name or "Exception", entry.get("exception_message") or "")


def _shown_error(class_name: str, text: str) -> str:
    """The class of an error, and its first line if that cannot quote data."""
    driver_error = re.match(r"\(_?duckdb\.(\w+)\) ", text)
    if driver_error:
        class_name, text = driver_error[1], text[driver_error.end() :]
    missing_column = re.search(r'The column "[^"]+" in BatchData does not exist', text)
    if missing_column:
        return missing_column[0].replace(" in BatchData", "")
    if class_name in _ERRORS_WITHOUT_DATA:
        return f"{class_name}: {text.splitlines()[0]}"
    return class_name
