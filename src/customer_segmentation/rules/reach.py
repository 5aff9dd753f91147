"""Decide whether conditions can be met together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from customer_segmentation.rules.conditions import Condition, Value


def unreachable_feature(conditions: Iterable[Condition]) -> list[Condition]:
    """The conditions on the first feature of which no value meets all of them.

    The values in the conditions, values beside and between them, and null are tried: they represent
    all values. A gradual condition is met from a strength of 0.5. Sequences are not compared.
    """
    by_feature = defaultdict(list)
    for condition in conditions:
        if condition.kind != "step":
            by_feature[(condition.feature, condition.kind)].append(condition)
    for found in by_feature.values():
        if not any(all(is_met(one, value) for one in found) for value in _candidates(found)):
            return found
    return []


def is_met(condition: Condition, value: Value | None) -> bool:
    """Whether a value meets a condition with a strength of at least 0.5. None is unknown."""
    operator, values = condition.operator, condition.values
    if operator == "is_missing":
        return value is None
    if value is None:
        return False
    if operator == "is_known":
        return True
    if operator in ("extends", "excludes"):
        return value is (operator == "extends")
    if operator in ("is", "is_one_of"):
        return value in values
    if operator in ("is_not", "is_none_of"):
        return value not in values
    if operator in ("has_one_of", "has_none_of"):
        has_one = any(f", {part}, " in f", {value}, " for part in values)
        return has_one == (operator == "has_one_of")
    is_inside = values[0] <= value <= values[-1]  # type: ignore[operator]  # of one kind
    is_on_edge = value in values
    # With a width, the strength at the threshold is 0.5.
    counts_on_edge = condition.width is not None or operator in ("at_least", "at_most", "between")
    if operator == "between":
        return is_inside
    if operator == "not_between":
        return not is_inside or (is_on_edge and counts_on_edge)
    if is_on_edge:
        return counts_on_edge
    is_above = value > values[0]  # type: ignore[operator]
    return is_above == (operator in ("at_least", "more_than"))


def _candidates(conditions: Sequence[Condition]) -> list[Value | None]:
    kind = conditions[0].kind
    named = {value for condition in conditions for value in condition.values}
    if kind in ("yes_no", "segment"):
        return [None, True, False]
    if kind == "text":
        refused = {
            value
            for condition in conditions
            if condition.operator == "has_none_of"
            for value in condition.values
        }
        # A list of all parts that may be in it, and a value that is in no condition.
        everything = ", ".join(sorted(map(str, named - refused)))
        return [None, *named, everything, "".join(map(str, named)) + "."]
    beside: set[Value] = set()
    if kind == "date":
        for day in (value for value in named if isinstance(value, date)):
            beside |= {day, *_days_beside(day)}
        return [None, *beside, date(2000, 1, 1)]
    numbers = sorted(value for value in named if isinstance(value, Decimal))
    if kind == "whole":
        for number in numbers:
            floor = number.to_integral_value("ROUND_FLOOR")
            beside |= {floor - 1, floor, floor + 1}
    else:
        ends = [numbers[0] - 1, *numbers, numbers[-1] + 1] if numbers else []
        beside |= {*ends, *((low + high) / 2 for low, high in pairwise(ends))}
    return [None, *beside, Decimal(0)]


def _days_beside(day: date) -> set[date]:
    return {
        date.fromordinal(ordinal)
        for ordinal in (day.toordinal() - 1, day.toordinal() + 1)
        if date.min.toordinal() <= ordinal <= date.max.toordinal()
    }
