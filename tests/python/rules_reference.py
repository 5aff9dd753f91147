"""Rule segments in plain Python, customer by customer, as a reference for the statement."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from customer_segmentation.rules.rows import Row

# The kind of each feature of ``CREATE_CUSTOMERS``.
FEATURES = {
    "customer_id": "text",
    "orders": "whole",
    "amount": "number",
    "ratio": "number",
    "city": "text",
    "day": "date",
    "moment": "date",
    "flag": "yes_no",
}
CREATE_CUSTOMERS = """
    create table customers (
        customer_id varchar, orders bigint, amount decimal(18, 2), ratio double, city varchar,
        day date, moment timestamp, flag boolean
    )
"""

Customer = Mapping[str, Any]
# Customer, step and time.
Step = tuple[str, str, datetime]
# (customer, segment) -> (strength, loose strength above 0, reason).
Evaluations = dict[tuple[str, str], tuple[float, float, str]]


def evaluations(rows: Sequence[Row], customers: Sequence[Customer], percent: int) -> Evaluations:
    """The expected result of the statement."""
    found = {}
    for customer in customers:
        for segment in dict.fromkeys(row.segment for row in rows):
            strict = _points(rows, segment, customer, 0)
            loose = _points(rows, segment, customer, percent)
            if loose:
                reason = _reason(rows, segment, customer, percent)
                key = (str(customer["customer_id"]), segment)
                found[key] = (strict / 10000, loose / 10000, reason)
    return found


def lacking(rows: Sequence[Row], customers: Sequence[Customer]) -> dict[tuple[str, str], Row]:
    """(customer, segment) -> the only row of several that is not met, in the first such group."""
    found = {}
    for customer in customers:
        for segment in dict.fromkeys(row.segment for row in rows):
            groups = _groups(rows, segment)
            unmet = [
                [row for row in group if _row_points(rows, row, customer, 0) < 5000]
                for group in groups
            ]
            only = [
                rest[0]
                for group, rest in zip(groups, unmet, strict=True)
                if len(group) > 1 and len(rest) == 1
            ]
            if only and all(unmet):
                found[str(customer["customer_id"]), segment] = only[0]
    return found


def is_sequence_met(row: Row, steps: Sequence[Step], as_of: date) -> bool:
    """Whether the steps of a customer meet a row of followed_by or not_followed_by."""
    other, within, *last_days = row.value.split("|")
    end = datetime.combine(as_of + timedelta(1), time())
    moments = [(step, moment) for _, step, moment in steps if moment <= end]
    since = end - timedelta(int(last_days[0])) if last_days else datetime.min
    firsts = sorted(moment for step, moment in moments if step == row.feature and moment > since)
    followed = [
        first
        for first in firsts
        if any(
            step == other and first < moment <= first + timedelta(int(within))
            for step, moment in moments
        )
    ]
    if row.operator == "followed_by":
        return bool(followed)
    return (
        bool(firsts) and firsts[-1] <= end - timedelta(int(within)) and firsts[-1] not in followed
    )


def _groups(rows: Sequence[Row], segment: str) -> list[list[Row]]:
    names = dict.fromkeys(row.rule_group for row in rows if row.segment == segment)
    return [[row for row in rows if (row.segment, row.rule_group) == (segment, n)] for n in names]


def _points(rows: Sequence[Row], segment: str, customer: Customer, percent: int) -> int:
    return max(_group_points(rows, g, customer, percent) for g in _groups(rows, segment))


def _group_points(
    rows: Sequence[Row], group: Sequence[Row], customer: Customer, percent: int
) -> int:
    return min(_row_points(rows, row, customer, percent) for row in group)


def _row_points(rows: Sequence[Row], row: Row, customer: Customer, percent: int) -> int:
    if row.operator == "extends":
        return _points(rows, row.feature, customer, percent)
    if row.operator == "excludes":
        return 10000 - _points(rows, row.feature, customer, 0)
    return _condition_points(row, customer[row.feature], percent)


def _condition_points(row: Row, value: Any, percent: int) -> int:
    if row.operator == "is_missing":
        return 10000 if value is None else 0
    if value is None:
        return 0
    if row.operator == "is_known":
        return 10000
    kind = FEATURES[row.feature]
    words = [word.strip() for word in row.value.split("|")]
    if kind in ("text", "yes_no"):
        if row.operator in ("has_one_of", "has_none_of"):
            has_one = any(f", {word}, " in f", {value}, " for word in words)
            return 10000 if has_one == (row.operator == "has_one_of") else 0
        text = str(value).lower() if kind == "yes_no" else value
        return 10000 if (text in words) == (row.operator in ("is", "is_one_of")) else 0
    if kind == "date":
        value = value.date() if isinstance(value, datetime) else value
        return _ordered(row, value, [date.fromisoformat(word) for word in words])
    numbers = [float(word) for word in words]
    is_down_first = row.operator in ("at_least", "more_than", "between")
    if not row.operator.startswith("is"):
        signs = (-1, 1) if is_down_first else (1, -1)
        pairs = zip(numbers, signs, strict=False)
        numbers = [_relaxed(row, kind, number, sign, percent) for number, sign in pairs]
    if not row.width:
        return _ordered(row, float(value), numbers)
    ups = [_ramp(float(value) - number, float(row.width)) for number in numbers]
    downs = [_ramp(number - float(value), float(row.width)) for number in numbers]
    return {
        "at_least": ups[0],
        "more_than": ups[0],
        "at_most": downs[0],
        "less_than": downs[0],
        "between": min(ups[0], downs[-1]),
        "not_between": max(downs[0], ups[-1]),
    }[row.operator]


def _relaxed(row: Row, kind: str, number: float, sign: int, percent: int) -> float:
    # In hundredths, so that the numbers of the tests are whole.
    def moved(entry: float) -> float:
        hundredths = round(entry * 100)
        return (hundredths * 100 + sign * abs(hundredths) * percent) / 10000

    is_exclusive = row.operator in ("more_than", "less_than", "not_between")
    if not percent or kind != "whole" or row.width or not is_exclusive:
        return moved(number)
    if sign < 0:
        return min(number, math.ceil(moved(math.floor(number) + 1)) - 1)
    return max(number, math.floor(moved(math.ceil(number) - 1)) + 1)


def _ramp(distance: float, width: float) -> int:
    return math.floor(min(max(distance / (2 * width) + 0.5, 0), 1) * 10000 + 0.5)


def _ordered(row: Row, value: Any, thresholds: Sequence[Any]) -> int:
    low, high = thresholds[0], thresholds[-1]
    is_met = {
        "is": value == low,
        "is_not": value != low,
        "is_one_of": value in thresholds,
        "is_none_of": value not in thresholds,
        "at_least": value >= low,
        "more_than": value > low,
        "at_most": value <= low,
        "less_than": value < low,
        "between": low <= value <= high,
        "not_between": value < low or value > high,
    }[row.operator]
    return 10000 if is_met else 0


def _reason(rows: Sequence[Row], segment: str, customer: Customer, percent: int) -> str:
    # The first of the strongest groups.
    group = max(_groups(rows, segment), key=lambda g: _group_points(rows, g, customer, percent))
    return ", ".join(dict.fromkeys(_evidence(row, customer) for row in group))


def _evidence(row: Row, customer: Customer) -> str:
    if row.operator in ("extends", "excludes"):
        return ("in " if row.operator == "extends" else "not in ") + row.feature
    value, kind = customer[row.feature], FEATURES[row.feature]
    if value is None:
        return f"{row.feature} unknown"
    if kind == "number":
        return f"{row.feature} {math.floor(float(value) * 100 + 0.5) / 100:.2f}"
    if kind == "yes_no":
        return f"{row.feature} {str(value).lower()}"
    return f"{row.feature} {value.date() if isinstance(value, datetime) else value}"
