"""What a rule can say: operators, conditions, and segments made of them."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

# What a feature is. whole: a number without a fraction; segment: another rule segment.
Kind = Literal["text", "whole", "number", "date", "yes_no", "segment"]
Value = str | Decimal | date | bool

# What stands in the column value.
Takes = Literal["nothing", "one", "some", "low_and_high"]

NUMBERS = frozenset[Kind]({"whole", "number"})
_ORDERED = frozenset[Kind]({"whole", "number", "date"})
_ANY = frozenset[Kind]({"text", "whole", "number", "date", "yes_no"})
_SEGMENT = frozenset[Kind]({"segment"})

# Operator: what it takes, and the kinds of features that it is for.
OPERATORS: dict[str, tuple[Takes, frozenset[Kind]]] = {
    "is": ("one", _ANY),
    "is_not": ("one", _ANY),
    "is_one_of": ("some", _ANY),
    "is_none_of": ("some", _ANY),
    "at_least": ("one", _ORDERED),
    "more_than": ("one", _ORDERED),
    "at_most": ("one", _ORDERED),
    "less_than": ("one", _ORDERED),
    "between": ("low_and_high", _ORDERED),
    "not_between": ("low_and_high", _ORDERED),
    "is_missing": ("nothing", _ANY),
    "is_known": ("nothing", _ANY),
    "extends": ("nothing", _SEGMENT),
    "excludes": ("nothing", _SEGMENT),
}
THRESHOLDS = frozenset(name for name, (_, kinds) in OPERATORS.items() if kinds == _ORDERED)


@dataclass(frozen=True)
class Condition:
    """One row, understood. Two that say the same are equal, wherever they stand.

    ``values`` has what the operator takes, a list in one order; ``width`` is how far below and
    above a threshold it is met by degrees, None for all or nothing.
    """

    feature: str
    kind: Kind
    operator: str
    values: tuple[Value, ...]
    width: Decimal | None
    row: int = field(compare=False)

    def relaxed(self, percent: Decimal) -> "Condition":
        """The condition with an entry that is ``percent`` of itself easier to reach.

        A date has no percentage, nor has equality.
        """
        if self.operator not in THRESHOLDS or self.kind not in NUMBERS:
            return self
        is_lower_end_first = self.operator in ("at_least", "more_than", "between")
        signs = (-1, 1) if is_lower_end_first else (1, -1)
        values = tuple(
            self._relaxed_value(value, sign, percent)
            for value, sign in zip(self.values, signs, strict=False)
            if isinstance(value, Decimal)
        )
        return replace(self, values=values)

    def _relaxed_value(self, value: Decimal, sign: int, percent: Decimal) -> Decimal:
        """A threshold moved down (-1) or up (1)."""
        is_exclusive = self.operator in ("more_than", "less_than", "not_between")
        if self.kind != "whole" or self.width is not None or not is_exclusive:
            return value + sign * abs(value) * percent / 100
        # More than 1 order are 2 and more: the entry is beside the threshold.
        if sign < 0:
            entry = value.to_integral_value(ROUND_FLOOR) + 1
            relaxed = entry - abs(entry) * percent / 100
            return min(value, relaxed.to_integral_value(ROUND_CEILING) - 1)
        entry = value.to_integral_value(ROUND_CEILING) - 1
        relaxed = entry + abs(entry) * percent / 100
        return max(value, relaxed.to_integral_value(ROUND_FLOOR) + 1)


@dataclass(frozen=True)
class Group:
    """Conditions that must hold together."""

    name: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class RuleSegment:
    """Groups of which one is enough. ``level`` is 1, or one more than those of segments it uses."""

    name: str
    groups: tuple[Group, ...]
    level: int

    @property
    def used_segments(self) -> set[str]:
        """Other rule segments that its conditions name."""
        return {
            condition.feature
            for group in self.groups
            for condition in group.conditions
            if condition.kind == "segment"
        }
