"""Rule segments as one SQL statement without any text of the business.

The statement is rendered from column names of customer_features, templates of operators, steps and
positions; all values of the rules are bound as parameters. Strengths are whole ten-thousandths, so
that every engine gives the same result.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from typing import Literal

from customer_segmentation.rules.conditions import (
    PRIVATE_FEATURES,
    Condition,
    Group,
    Kind,
    RuleSegment,
    Value,
)

Parameter = str | float | date | bool


@dataclass(frozen=True)
class Dialect:
    """The spelling of an engine: patterns of a parameter, a field, a struct and rows of structs."""

    parameter: str
    field: str
    struct: str
    rows: str

    def unnested(self, structs: Sequence[dict[str, str]]) -> str:
        """Select items that unnest structs into rows and columns."""
        fields = [[self.field % field for field in struct.items()] for struct in structs]
        return self.rows % ", ".join(self.struct % ", ".join(items) for items in fields)


DUCKDB = Dialect("$%s", "'%s': %s", "{%s}", "unnest([%s], recursive := true)")
SPARK = Dialect(":%s", "'%s', %s", "named_struct(%s)", "inline(array(%s))")


@dataclass(frozen=True)
class Statement:
    """A select over ``source`` and the parameters to bind.

    It returns a row for each customer and segment with a relaxed strength above 0, or with one
    condition that lacks: customer_id, segment, strength and loose_strength (double, 0 to 1), reason
    and lacks (text). ``lacks`` is the condition that lacks in a group of which the others are met;
    null for a strength of at least 0.5.
    """

    sql: str
    parameters: dict[str, Parameter]


def rule_statement(
    segments: Sequence[RuleSegment],
    features: dict[str, Kind],
    *,
    exit_percent: Decimal,
    dialect: Dialect,
    source: str,
    steps: str,
    as_of: date,
) -> Statement:
    """One pass over ``source`` and, if rules have sequences, one over ``steps``.

    Args:
        segments: the result of ``rule_segments``.
        features: the kinds of the columns of customer_features.
        exit_percent: the relaxation of thresholds for the loose strength.
        dialect: the spelling of the engine.
        source: a relation with the columns of customer_features.
        steps: a relation with the columns of int_customer_steps.
        as_of: the last day whose steps count.
    """
    return _Writer(segments, features, exit_percent, dialect, as_of).statement(source, steps)


_Strictness = Literal["strict", "loose"]
_STRICTNESSES: tuple[_Strictness, ...] = ("strict", "loose")


class _Writer:
    """Writes the statement: one CTE for the conditions and one for each level of segments."""

    def __init__(
        self,
        segments: Sequence[RuleSegment],
        features: dict[str, Kind],
        exit_percent: Decimal,
        dialect: Dialect,
        as_of: date,
    ) -> None:
        self.segments = segments
        self.features = features
        self.exit_percent = exit_percent
        self.dialect = dialect
        self.end = as_of + timedelta(1)
        self.parameters: dict[str, Parameter] = {}
        self.names = [self._bound(segment.name, "string") for segment in segments]
        self.positions = {segment.name: number for number, segment in enumerate(segments)}
        # Equal conditions share a column, and a text.
        self.columns: dict[Condition, int] = {}
        self.texts: dict[Condition, str] = {}
        for segment in segments:
            for group in segment.groups:
                for condition in group.conditions:
                    if condition.kind != "segment":
                        self.columns.setdefault(condition, len(self.columns))

    def statement(self, source: str, steps: str) -> Statement:
        if not self.segments:
            return Statement(_NOBODY.format(source=source), {})
        parts: list[str] = []
        if any(condition.kind == "step" for condition in self.columns):
            parts += self._sequences(steps)
            source += " as features left join sequences using (customer_id)"
        parts.append(f"conditions as (select {_lines(['*', *self._conditions()])} from {source})")
        below = "conditions"
        for level in range(1, self.segments[-1].level + 1):
            selected = _lines(["*", *self._segments(level)])
            parts.append(f"level_{level} as (select {selected} from {below})")
            below = f"level_{level}"
        structs = [
            {
                "segment": self.names[number],
                "points": f"strict_segment_{number}",
                "loose_points": f"loose_segment_{number}",
                "reason": self._reason(segment, number),
                "lacks": self._lacks(segment, number),
            }
            for number, segment in enumerate(self.segments)
        ]
        rows = self.dialect.unnested(structs)
        parts.append(f"evaluations as (select customer_id, {rows} from {below})")
        return Statement("with " + ",\n".join(parts) + _RESULT, self.parameters)

    def _sequences(self, steps: str) -> Iterator[str]:
        """CTEs that give each customer, for each sequence, the last first step, and the last one
        that the other step followed in time. Steps of the same moment do not follow each other.
        """
        sequences = {
            number: condition
            for condition, number in self.columns.items()
            if condition.kind == "step"
        }
        pairs = [(one.feature, one.sequence[0]) for one in sequences.values()]
        positions = {step: n for n, step in enumerate(dict.fromkeys(chain.from_iterable(pairs)))}
        names = {step: self._bound(step, "string") for step in positions}
        happened = [
            f"max(case when step = {names[step]} then 1 else 0 end) as has_{number}"
            for step, number in positions.items()
        ]
        yield (
            f"moments as (select {_lines(['customer_id', 'happened_at', *happened])} from {steps} "
            f"where step in ({', '.join(names.values())}) and happened_at <= {self._moment(0)} "
            "group by customer_id, happened_at)"
        )
        later = [
            f"min(case when has_{positions[other]} = 1 then happened_at end) over ("
            "partition by customer_id order by happened_at "
            f"rows between 1 following and unbounded following) as next_{positions[other]}"
            for other in dict.fromkeys(other for _, other in pairs)
        ]
        yield f"moments_with_next as (select {_lines(['*', *later])} from moments)"
        found = ["customer_id"]
        for number, condition in sequences.items():
            other, days, last_days = condition.sequence
            is_first = f"has_{positions[condition.feature]} = 1"
            if last_days:
                is_first += f" and happened_at > {self._moment(last_days)}"
            limit = f"happened_at + interval '1' day * {self._bound(days, 'int')}"
            in_time = f"next_{positions[other]} <= {limit}"
            found += [
                f"max(case when {is_first} then happened_at end) as last_{number}",
                f"max(case when {is_first} and {in_time} then happened_at end) "
                f"as followed_{number}",
            ]
        yield (f"sequences as (select {_lines(found)} from moments_with_next group by customer_id)")

    def _moment(self, days_before: int) -> str:
        """The end of the last day, or some days before it."""
        day = self.end - timedelta(days_before)
        return f"cast({self._bound(day, 'date')} as timestamp)"

    def _conditions(self) -> Iterator[str]:
        for condition, number in self.columns.items():
            yield f"{self._points(condition)} as strict_{number}"
            relaxed = condition.relaxed(self.exit_percent)
            if relaxed != condition:
                yield f"{self._points(relaxed)} as loose_{number}"

    def _segments(self, level: int) -> Iterator[str]:
        for number, segment in enumerate(self.segments):
            if segment.level == level:
                for strictness in _STRICTNESSES:
                    points = self._segment_points(segment, strictness)
                    yield f"{points} as {strictness}_segment_{number}"

    def _bound(self, value: Parameter, type_name: str) -> str:
        """A parameter with an explicit type."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"cast({self.dialect.parameter % name} as {type_name})"

    def _points(self, condition: Condition) -> str:
        if condition.width is not None:
            return self._fuzzy_points(condition, condition.width)
        return f"case when {self._predicate(condition)} then 10000 else 0 end"

    def _predicate(self, condition: Condition) -> str:
        """A sharp condition; null if the feature is null."""
        operator = condition.operator
        if condition.kind == "step":
            number = self.columns[condition]
            if operator == "followed_by":
                return f"followed_{number} is not null"
            return (
                f"last_{number} <= {self._moment(condition.sequence[1])} "
                f"and coalesce(followed_{number} < last_{number}, true)"
            )
        feature = _typed(condition.feature, condition.kind)
        if operator in _MISSING:
            return f"{condition.feature} {_MISSING[operator]}"
        values = [self._value(condition.kind, value) for value in condition.values]
        if operator in _HAS:
            parts = (f"instr(', ' || {feature} || ', ', ', ' || {v} || ', ') > 0" for v in values)
            return f"{_HAS[operator]}({' or '.join(parts)})"
        if operator in _LISTS:
            return f"{feature} {_LISTS[operator]} ({', '.join(values)})"
        if operator == "between":
            return f"{feature} between {values[0]} and {values[1]}"
        if operator == "not_between":
            return f"{feature} not between {values[0]} and {values[1]}"
        return f"{feature} {_COMPARISONS[operator]} {values[0]}"

    def _value(self, kind: Kind, value: object) -> str:
        if isinstance(value, Decimal):
            return self._bound(float(value), "double")
        assert isinstance(value, str | date | bool)
        return self._bound(value, _TYPES[kind])

    def _fuzzy_points(self, condition: Condition, width: Decimal) -> str:
        """A ramp from one width below a threshold to one width above, or down; null is 0."""
        ramp_length = self._bound(float(2 * width), "double")
        feature = _typed(condition.feature, condition.kind)
        thresholds = [self._value(condition.kind, value) for value in condition.values]

        def ramp(low: str, high: str) -> str:
            degree = f"({high} - {low}) / {ramp_length} + 0.5e0"
            clamped = f"least(greatest({degree}, 0e0), 1e0)"
            return f"coalesce(cast(floor({clamped} * 10000 + 0.5e0) as int), 0)"

        if condition.operator in ("at_least", "more_than"):
            return ramp(thresholds[0], feature)
        if condition.operator in ("at_most", "less_than"):
            return ramp(feature, thresholds[0])
        if condition.operator == "between":
            return f"least({ramp(thresholds[0], feature)}, {ramp(feature, thresholds[1])})"
        return f"greatest({ramp(feature, thresholds[0])}, {ramp(thresholds[1], feature)})"

    def _condition_points(self, condition: Condition, strictness: _Strictness) -> str:
        if condition.kind == "segment":
            number = self.positions[condition.feature]
            if condition.operator == "extends":
                return f"{strictness}_segment_{number}"
            # The exclusion uses the strict strength, also for the loose one.
            return f"(10000 - strict_segment_{number})"
        if condition.relaxed(self.exit_percent) == condition:
            strictness = "strict"
        return f"{strictness}_{self.columns[condition]}"

    def _group_points(self, group: Group, strictness: _Strictness) -> str:
        points = [self._condition_points(condition, strictness) for condition in group.conditions]
        return _one_of("least", points)

    def _segment_points(self, segment: RuleSegment, strictness: _Strictness) -> str:
        return _one_of("greatest", [self._group_points(one, strictness) for one in segment.groups])

    def _reason(self, segment: RuleSegment, number: int) -> str:
        """The features of the first of the strongest groups, with the customer's values."""
        cases = [
            f"when {self._group_points(group, 'loose')} = loose_segment_{number} "
            f"then {self._evidence(group)}"
            for group in segment.groups
        ]
        return f"case when loose_segment_{number} = 0 then null {' '.join(cases)} end"

    def _evidence(self, group: Group) -> str:
        # Each feature once, in the order of the rows.
        evidence = {}
        for condition in group.conditions:
            key: object = (condition.feature, condition.kind)
            if condition.kind == "segment":
                word = "in " if condition.operator == "extends" else "not in "
                text = f"'{word}' || {self.names[self.positions[condition.feature]]}"
            elif condition.kind == "step":
                key = condition
                follows = condition.operator == "followed_by"
                word = f" {'then' if follows else 'without'} {condition.sequence[0]}"
                day = self._day(condition, "followed" if follows else "last")
                text = f"'{condition.feature} ' || {day} || '{word}'"
            else:
                text = f"'{condition.feature} ' || {self._shown(condition.feature)}"
            evidence[key] = text
        return " || ', ' || ".join(evidence.values())

    def _lacks(self, segment: RuleSegment, number: int) -> str:
        """The one condition that lacks in the first group with one, if no group is met.

        A group of one condition is left out: nothing of it is met.
        """
        cases = []
        for group in (one for one in segment.groups if len(one.conditions) > 1):
            unmet = [
                f"{self._condition_points(condition, 'strict')} < 5000"
                for condition in group.conditions
            ]
            count = " + ".join(f"case when {one} then 1 else 0 end" for one in unmet)
            texts = " ".join(
                f"when {one} then {self._wanted(condition)}"
                for one, condition in zip(unmet, group.conditions, strict=True)
            )
            cases.append(f"when {count} = 1 then case {texts} end")
        if not cases:
            return "cast(null as string)"
        return f"case when strict_segment_{number} >= 5000 then null {' '.join(cases)} end"

    def _wanted(self, condition: Condition) -> str:
        """A condition in the words of its row, and the customer's value."""
        if condition not in self.texts:
            words = [condition.feature, condition.operator, "|".join(map(_word, condition.values))]
            if condition.kind == "segment":
                words = ["in" if condition.operator == "extends" else "not in", condition.feature]
            text = " ".join(filter(None, words))
            if condition.kind == "segment":
                self.texts[condition] = self._bound(text, "string")
            else:
                wanted = self._bound(f"{text} (now ", "string")
                if condition.kind == "step":
                    now = self._day(condition, "last")
                else:
                    now = self._shown(condition.feature)
                self.texts[condition] = f"{wanted} || {now} || ')'"
        return self.texts[condition]

    def _day(self, condition: Condition, which: str) -> str:
        """The day of the first step of a sequence: ``last``, or the last that was ``followed``."""
        day = f"cast(cast({which}_{self.columns[condition]} as date) as string)"
        return f"coalesce({day}, 'never')"

    def _shown(self, feature: str) -> str:
        if feature in PRIVATE_FEATURES:
            return f"case when {feature} is null then 'unknown' else 'known' end"
        value = feature
        if self.features[feature] == "date":
            value = f"cast({feature} as date)"
        if self.features[feature] == "number":
            # In whole hundredths, because engines round doubles differently.
            clamped = f"least(greatest(cast({feature} as double), -1e15), 1e15)"
            hundredths = f"cast(floor({clamped} * 100 + 0.5e0) as bigint)"
            # Keep nulls: greatest() ignores them.
            value = f"case when {feature} is not null then "
            value += f"cast({hundredths} * 0.01 as decimal(20, 2)) end"
        return f"coalesce(cast({value} as string), 'unknown')"


def _word(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _typed(feature: str, kind: Kind) -> str:
    return f"cast({feature} as {_TYPES[kind]})"


def _one_of(function: str, expressions: Sequence[str]) -> str:
    return f"{function}({', '.join(expressions)})" if len(expressions) > 1 else expressions[0]


def _lines(items: Sequence[str]) -> str:
    return ",\n    ".join(items)


_TYPES: dict[Kind, str] = {
    "text": "string",
    "whole": "double",
    "number": "double",
    "date": "date",
    "yes_no": "boolean",
}
_MISSING = {"is_missing": "is null", "is_known": "is not null"}
_LISTS = {"is_one_of": "in", "is_none_of": "not in"}
_HAS = {"has_one_of": "", "has_none_of": "not "}
_COMPARISONS = {
    "is": "=",
    "is_not": "<>",
    "at_least": ">=",
    "more_than": ">",
    "at_most": "<=",
    "less_than": "<",
}
_RESULT = """
    select
        customer_id, segment, cast(points as double) / 10000 as strength,
        cast(loose_points as double) / 10000 as loose_strength, reason, lacks
    from evaluations
    where loose_points > 0 or lacks is not null
"""
_NOBODY = """
    select
        customer_id, cast(null as string) as segment, cast(null as double) as strength,
        cast(null as double) as loose_strength, cast(null as string) as reason,
        cast(null as string) as lacks
    from {source}
    where false
"""
