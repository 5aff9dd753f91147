"""The expectations of the landing gates on volumes: what was supplied, compared with last time.

The model landing_volumes has the rules. This module says them to people: table, figure before,
figure now, and how to accept the change.
"""

# Great Expectations re-exports its expectations implicitly.
# mypy: disable-error-code="attr-defined"

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.row_conditions import Column

from customer_segmentation.gates.runner import Suite

_KEY = ("table_name", "figure", "item")


def volume_suites(
    domain: str,
    row_counts: Sequence[Mapping[str, Any]],
    volumes: Sequence[Mapping[str, Any]],
    horizon_date: dt.date | None,
) -> list[Suite]:
    """The suites of one domain on changes since the last publication, and on rows of the future.

    ``row_counts`` are the rows of the model landing_row_counts, ``volumes`` those of
    landing_volumes; ``horizon_date`` is the last day that a row may have.
    """
    changes: list[Expectation] = []
    future: list[Expectation] = []
    for counts in row_counts:
        table = counts["table_name"]
        if counts["domain"] != domain:
            continue
        rows = [row for row in volumes if row["table_name"] == table]
        if any(row["rows_before"] for row in rows):
            changes.append(_verdict(table, rows, "refused", FailureSeverity.CRITICAL))
        if any(row["verdict"] == "accepted" for row in rows):
            changes.append(_verdict(table, rows, "accepted", FailureSeverity.WARNING))
        if counts["is_supplied"]:
            future.append(_future_rows(table, counts["rows_in_future"], horizon_date))
    suites = [
        Suite("landing_volumes", _KEY, tuple(changes)),
        Suite("landing_row_counts", ("domain", "table_name"), tuple(future)),
    ]
    return [suite for suite in suites if suite.expectations]


def _verdict(
    table: str, rows: Sequence[Mapping[str, Any]], verdict: str, severity: FailureSeverity
) -> Expectation:
    broken = [row for row in rows if row["verdict"] == verdict]
    changes = "; ".join(change(row) for row in broken)
    if verdict == "accepted":
        advice = "Accepted by seeds/business/accepted_changes.csv."
    else:
        lines = sorted({f"{table},{row['figure']},{row['as_of_date']}," for row in broken})
        advice = (
            f"If that is right, add to seeds/business/accepted_changes.csv: {' and '.join(lines)}"
        )
    return gxe.ExpectColumnValuesToNotBeInSet(
        column="verdict",
        value_set=[verdict],
        row_condition=Column("table_name") == table,
        severity=severity,
        description="changes since the last publication are plausible",
        meta={"table": table, "message": f"{table}: {changes}. {advice}"},
    )


def change(row: Mapping[str, Any]) -> str:
    """A change that breaks a rule, as a sentence without its end."""
    now, before = row["row_count"], row["rows_before"]
    item, day = row["item"], row["last_date_before"]
    match row["broken_rule"]:
        case "missing":
            return f"it was landed up to {day} with {before:,} rows, and is missing or empty now"
        case "fewer":
            return f"{now:,} rows; up to {day} there were {before:,}, and it may only grow"
        case "too_few" | "too_many" as rule:
            limit = "under 70%" if rule == "too_few" else "over 300%"
            return (
                f"{now:,} rows; {before:,} rows up to {day} let expect "
                f"{row['rows_expected']:,.0f}, and this is {limit} of it"
            )
        case "mean":
            return (
                f"the mean amount in {item} is {row['amount'] / now:,.2f}, and was "
                f"{row['amount_before'] / before:,.2f} up to {day} (another unit, such as cents?)"
            )
        case "no_currency":
            return f"no amount is in {item}; up to {day}, {before:,} rows were"
        case "one_status":
            return f"all {now:,} orders have one status; up to {day} they had several"
        case "rate":
            return (
                f"the rate {item} is {row['amount']:g}, and was {row['amount_before']:g} on {day}"
            )
    raise ValueError(row["broken_rule"])


def _future_rows(table: str, rows: int, horizon_date: dt.date | None) -> Expectation:
    return gxe.ExpectColumnMaxToBeBetween(
        column="rows_in_future",
        max_value=0,
        row_condition=Column("table_name") == table,
        severity=FailureSeverity.WARNING,
        description="no row is dated in the future",
        meta={
            "table": table,
            "message": f"{table}: {rows:,} rows are dated after {horizon_date} and quarantined. If "
            "they are true, set the var as_of_date.",
        },
    )
