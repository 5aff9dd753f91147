"""The parts of a rule: operators, conditions, and segments made of them."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

# The kind of a feature. whole: a number without a fraction; segment: another rule segment; step: a
# step of int_customer_steps.
Kind = Literal["text", "whole", "number", "date", "yes_no", "segment", "step"]
Value = str | Decimal | date | bool

# The number of values in the column value.
Takes = Literal["nothing", "one", "some", "low_and_high", "step_and_days"]

NUMBERS = frozenset[Kind]({"whole", "number"})
_ORDERED = frozenset[Kind]({"whole", "number", "date"})
_ANY = frozenset[Kind]({"text", "whole", "number", "date", "yes_no"})
_SEGMENT = frozenset[Kind]({"segment"})
_STEP = frozenset[Kind]({"step"})
_TEXT = frozenset[Kind]({"text"})

# Steps of int_customer_steps, which can follow each other.
STEPS = (
    *("purchase", "page_view", "product_view", "search", "add_to_cart", "remove_from_cart"),
    *("checkout_step", "login", "demo_request", "form_submit", "service_contact"),
    *("service_delivery", "service_return", "service_complaint", "service_question"),
    *("service_technical", "service_billing", "service_warranty"),
    *("message_sent", "message_opened", "message_clicked", "message_redeemed"),
    *("message_bounced_soft", "message_bounced_hard", "message_complained"),
    "message_unsubscribed",
)

# Features that are not published, because they lead to a person. Published texts say known instead.
PRIVATE_FEATURES = ("contact_id", "account_id", "postcode")

# Operator -> the values it takes, and the kinds of features that it allows.
OPERATORS: dict[str, tuple[Takes, frozenset[Kind]]] = {
    "is": ("one", _ANY),
    "is_not": ("one", _ANY),
    "is_one_of": ("some", _ANY),
    "is_none_of": ("some", _ANY),
    # The feature is a list, with a comma and a blank between its parts.
    "has_one_of": ("some", _TEXT),
    "has_none_of": ("some", _TEXT),
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
    "followed_by": ("step_and_days", _STEP),
    "not_followed_by": ("step_and_days", _STEP),
}
THRESHOLDS = frozenset(name for name, (_, kinds) in OPERATORS.items() if kinds == _ORDERED)


@dataclass(frozen=True)
class Condition:
    """A parsed row. Two rows with the same condition are equal.

    ``values`` are the sorted values of the operator; of a sequence, the other step, the days within
    which it follows, and perhaps the last days of which the first step is. ``width`` is the
    distance below and above a threshold within which strength is gradual; None for a sharp
    threshold.
    """

    feature: str
    kind: Kind
    operator: str
    values: tuple[Value, ...]
    width: Decimal | None
    row: int = field(compare=False)

    @property
    def sequence(self) -> tuple[str, int, int | None]:
        """The values of a sequence."""
        step, days, *last_days = self.values
        return str(step), int(str(days)), int(str(last_days[0])) if last_days else None

    def relaxed(self, percent: Decimal) -> "Condition":
        """The condition with a threshold that is ``percent`` of itself easier to reach.

        Dates and equality are not relaxed.
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
        # "More than 1 order" means 2 or more: the first value that counts is relaxed.
        if sign < 0:
            entry = value.to_integral_value(ROUND_FLOOR) + 1
            relaxed = entry - abs(entry) * percent / 100
            return min(value, relaxed.to_integral_value(ROUND_CEILING) - 1)
        entry = value.to_integral_value(ROUND_CEILING) - 1
        relaxed = entry + abs(entry) * percent / 100
        return max(value, relaxed.to_integral_value(ROUND_FLOOR) + 1)


@dataclass(frozen=True)
class Group:
    """Conditions that must all hold."""

    name: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class RuleSegment:
    """Groups of which one must hold. ``level`` is 1, or 1 above its used segments."""

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
