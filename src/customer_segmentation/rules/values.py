"""Parse fields of a row; a wrong field raises ValueError with the expected form."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from customer_segmentation.rules.conditions import NUMBERS, OPERATORS, STEPS, Kind, Value

# Doubles represent all whole numbers up to here exactly.
LARGEST_NUMBER = Decimal(10) ** 15

_DAY_DIGITS = 4
_DAYS = re.compile(f"[1-9][0-9]{{0,{_DAY_DIGITS - 1}}}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def parsed_values(operator: str, kind: Kind, text: str) -> tuple[Value, ...]:
    """The values in the column value, for this operator and kind of feature."""
    takes, _ = OPERATORS[operator]
    if takes == "step_and_days":
        return _step_and_days(operator, text)
    parts = text.split("|") if takes in ("some", "low_and_high") else [text]
    if takes == "nothing":
        if text:
            raise ValueError("expected no value")
        return ()
    if takes == "low_and_high" and len(parts) != 2:
        raise ValueError("expected two values, low|high")
    values = [_PARSERS[kind](part.strip()) for part in parts]
    if kind == "whole" and takes != "low_and_high" and operator.startswith("is"):
        for value in values:
            if isinstance(value, Decimal) and value != value.to_integral_value():
                raise ValueError("expected a whole number")
    if takes == "low_and_high" and values[0] > values[1]:  # type: ignore[operator]  # of one kind
        raise ValueError("expected the lower value first, low|high")
    if takes == "some":
        if len(set(values)) < len(values):
            raise ValueError("expected each value once")
        values.sort(key=str)
    return tuple(values)


def _step_and_days(operator: str, text: str) -> tuple[Value, ...]:
    step, *days = (part.strip() for part in text.split("|"))
    if len(days) not in (1, 2):
        raise ValueError("expected step|days, or step|days|last days")
    if step not in STEPS:
        raise ValueError(f"expected one of the steps {', '.join(STEPS)} first")
    if not all(_DAYS.fullmatch(number) for number in days):
        raise ValueError(f"expected whole numbers of days from 1 to {10**_DAY_DIGITS - 1}")
    numbers = [Decimal(number) for number in days]
    if operator == "not_followed_by" and numbers[0] >= numbers[-1] and len(numbers) == 2:
        raise ValueError("expected more last days than days in which nothing follows")
    return (step, *numbers)


def parsed_width(operator: str, kind: Kind, is_threshold: bool, text: str) -> Decimal | None:
    """The value of the column width; None if empty."""
    if not text:
        return None
    if not is_threshold or kind not in NUMBERS:
        raise ValueError("expected no width (only numeric thresholds have one)")
    width = _number(text)
    if width <= 0:
        raise ValueError("expected a number above 0, or nothing for a sharp threshold")
    return width


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError("expected a number such as 12 or 0.5")
    number = Decimal(text)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError(f"expected a number of at most {LARGEST_NUMBER:,f}")
    # No -0, and no digits beyond those of a double.
    return round(number, 9) + 0


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError("expected a date YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("expected a date that exists, YYYY-MM-DD") from None


def _yes_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("expected true or false")
    return text == "true"


def _text(text: str) -> str:
    if not text:
        raise ValueError("expected a value")
    return text


_PARSERS: dict[Kind, Callable[[str], Value]] = {
    "text": _text,
    "whole": _number,
    "number": _number,
    "date": _date,
    "yes_no": _yes_no,
}
