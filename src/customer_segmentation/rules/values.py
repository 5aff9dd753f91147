"""Parse fields of a row; a wrong field raises ValueError with the expected form."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from customer_segmentation.rules.conditions import NUMBERS, OPERATORS, Kind, Value

# Doubles represent all whole numbers up to here exactly.
LARGEST_NUMBER = Decimal(10) ** 15

_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def parsed_values(operator: str, kind: Kind, text: str) -> tuple[Value, ...]:
    """The values in the column value, for this operator and kind of feature."""
    takes, _ = OPERATORS[operator]
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
