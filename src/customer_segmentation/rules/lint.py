"""Parse rows into rule segments, or raise one error with all problems."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from customer_segmentation.rules.conditions import (
    OPERATORS,
    STEPS,
    THRESHOLDS,
    Condition,
    Group,
    Kind,
    RuleSegment,
)
from customer_segmentation.rules.reach import unreachable_feature
from customer_segmentation.rules.rows import Row
from customer_segmentation.rules.values import parsed_values, parsed_width

# Maximum levels of segments that extend or exclude others.
MOST_LEVELS = 20
# The segment of customers that meet no rule. The catalogue lists it; no rule may define it.
REMAINDER = "no_business_segment"

_SHOWN_CHARACTERS = 60


class RulesError(ValueError):
    """The problems of the rules, one line each."""


@dataclass
class _Errors:
    """Errors by row number; 0 for errors without a row."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, rows: Sequence[int], segment: str, text: str) -> None:
        where = "rows " + ", ".join(map(str, rows)) if len(rows) > 1 else f"row {rows[0]}"
        self.found.append((rows[0], f"{where}, segment {shown(segment)}: {text}"))

    def raise_if_any(self) -> None:
        if self.found:
            lines = [text for _, text in sorted(self.found)]
            errors = "error" if len(lines) == 1 else "errors"
            raise RulesError("\n".join([f"segment_rules: {len(lines)} {errors}", *lines]))


def rule_segments(
    rows: Sequence[Row], features: Mapping[str, Kind], catalogue: Iterable[str]
) -> list[RuleSegment]:
    """The rule segments, each after those that it extends or excludes.

    Args:
        rows: the rows of the seed.
        features: the columns of customer_features and their kinds.
        catalogue: the segments of ``business`` in the seed segments.

    Raises:
        RulesError: rules are wrong; it lists all problems, in the order of the rows.
    """
    errors = _Errors()
    names = {row.segment for row in rows if row.segment}
    _check_catalogue(rows, names, set(catalogue) - {REMAINDER}, errors)
    _check_double_rows(rows, errors)
    conditions: dict[str, dict[str, list[Condition]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        condition = _condition(row, features, names, errors)
        if condition and row.segment and row.rule_group:
            conditions[row.segment][row.rule_group].append(condition)
    groups = {
        segment: tuple(Group(name, tuple(found)) for name, found in groups.items())
        for segment, groups in conditions.items()
    }
    for segment, segment_groups in groups.items():
        _check_groups(segment, segment_groups, errors)
    _check_same_segments(groups, errors)
    levels = _levels(groups, errors)
    errors.raise_if_any()
    segments = [RuleSegment(name, found, levels[name]) for name, found in groups.items()]
    return sorted(segments, key=lambda segment: (segment.level, segment.name))


def shown(text: str) -> str:
    """Text of the seed for an error message: quoted, on one line, shortened."""
    return repr(text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "...")


def _condition(
    row: Row, features: Mapping[str, Kind], segments: set[str], errors: _Errors
) -> Condition | None:
    found = len(errors.found)
    for column, text in (("segment", row.segment), ("rule_group", row.rule_group)):
        if not text:
            errors.add([row.number], row.segment, f"{column} is empty; expected a name")
    if row.operator not in OPERATORS:
        errors.add(
            [row.number],
            row.segment,
            f"operator {shown(row.operator)} is unknown{_did_you_mean(row.operator, OPERATORS)}; "
            f"expected one of {', '.join(OPERATORS)}",
        )
    asked: Mapping[str, Kind]
    word, asked, expected = "feature", features, "a column of customer_features"
    _, kinds = OPERATORS.get(row.operator, ("one", frozenset()))
    if "segment" in kinds:
        word, asked = "segment", dict.fromkeys(segments, "segment")
        expected = "another rule segment"
    elif "step" in kinds:
        word, asked = "step", dict.fromkeys(STEPS, "step")
        expected = f"one of {', '.join(STEPS)}"
    if row.feature not in asked:
        problem = f"{word} {shown(row.feature)} is unknown{_did_you_mean(row.feature, asked)}"
        if word == "feature" and row.feature in STEPS:
            problem = f"{shown(row.feature)} is a step, which takes followed_by or not_followed_by"
        errors.add([row.number], row.segment, f"{problem}; expected {expected}")
    if len(errors.found) > found:
        return None
    kind = asked[row.feature]
    if kind not in kinds:
        fitting = [name for name, (_, allowed) in OPERATORS.items() if kind in allowed]
        errors.add(
            [row.number],
            row.segment,
            f"operator {row.operator} does not fit {row.feature}, which is {_KINDS[kind]}; "
            f"expected one of {', '.join(fitting)}",
        )
        return None
    try:
        column, text = "value", row.value
        values = parsed_values(row.operator, kind, row.value)
        column, text = "width", row.width
        width = parsed_width(row.operator, kind, row.operator in THRESHOLDS, row.width)
    except ValueError as error:
        errors.add([row.number], row.segment, f"{column} {shown(text)}: {error}, {_of(row, kind)}")
        return None
    return Condition(row.feature, kind, row.operator, values, width, row.number)


_KINDS: dict[Kind, str] = {
    "text": "text",
    "whole": "a whole number",
    "number": "a number",
    "date": "a date",
    "yes_no": "true or false",
    "segment": "a segment",
    "step": "a step",
}


def _of(row: Row, kind: Kind) -> str:
    return f"because {row.operator} is asked of {row.feature}, {_KINDS[kind]}"


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    matches = get_close_matches(word[:_SHOWN_CHARACTERS], sorted(known), 1)
    return f", did you mean {shown(matches[0])}?" if matches else ""


def _check_catalogue(
    rows: Sequence[Row], names: set[str], catalogue: set[str], errors: _Errors
) -> None:
    for name in sorted(names - catalogue):
        numbers = [row.number for row in rows if row.segment == name]
        expected = f"expected a segment of {shown('business')} in segments.csv"
        text = f"not in the catalogue{_did_you_mean(name, catalogue)}; {expected}"
        errors.add(numbers[:1], name, text)
    # A business without rules has no segments.
    for name in sorted(catalogue - names) if rows else ():
        text = f"segment {shown(name)}: is in segments.csv; expected rows in segment_rules.csv"
        errors.found.append((0, text))


def _check_double_rows(rows: Sequence[Row], errors: _Errors) -> None:
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        earlier = first.setdefault(row.fields, row)
        if earlier is not row:
            text = f"repeats row {earlier.number}; remove one of them"
            errors.add([row.number], row.segment, text)


def _check_groups(segment: str, groups: Sequence[Group], errors: _Errors) -> None:
    """Report groups that nobody can meet, and groups that another group makes redundant."""
    for group in groups:
        unreachable = unreachable_feature(group.conditions)
        if unreachable:
            text = f"no value of {unreachable[0].feature} meets all conditions; change one of them"
            errors.add([condition.row for condition in unreachable], segment, text)
    sets = [(group, frozenset(group.conditions)) for group in groups]
    for position, (group, conditions) in enumerate(sets):
        for other_position, (other, other_conditions) in enumerate(sets):
            is_same = conditions == other_conditions
            if conditions >= other_conditions and (
                position > other_position if is_same else position != other_position
            ):
                rows = [condition.row for condition in group.conditions]
                text = f"adds nobody to group {shown(other.name)}; remove it or change a condition"
                errors.add(rows, segment, f"group {shown(group.name)} {text}")
                break


def _check_same_segments(groups: Mapping[str, Sequence[Group]], errors: _Errors) -> None:
    first: dict[frozenset[frozenset[Condition]], str] = {}
    for segment, segment_groups in groups.items():
        rules = frozenset(frozenset(group.conditions) for group in segment_groups)
        earlier = first.setdefault(rules, segment)
        if earlier != segment:
            rows = [condition.row for group in segment_groups for condition in group.conditions]
            text = f"has the same rules as {shown(earlier)}; expected another condition"
            errors.add(rows, segment, text)


def _levels(groups: Mapping[str, Sequence[Group]], errors: _Errors) -> dict[str, int]:
    """The level of each segment; reports circular segments."""
    used = {
        name: RuleSegment(name, tuple(found), 1).used_segments for name, found in groups.items()
    }
    levels: dict[str, int] = {}
    waiting = {name: segments & used.keys() for name, segments in used.items()}
    while ready := [name for name, segments in waiting.items() if not segments - levels.keys()]:
        for name in ready:
            levels[name] = 1 + max((levels[other] for other in waiting.pop(name)), default=0)
    in_cycles: set[str] = set()
    for name in waiting:
        path = [name]
        while path[-1] not in path[:-1] and path[-1] not in in_cycles:
            path.append(min(waiting[path[-1]] - levels.keys()))
        if path[-1] in in_cycles:
            continue
        cycle = path[path.index(path[-1]) :]
        in_cycles |= set(cycle)
        rows = _rows_that_use(groups[cycle[0]], cycle[1])
        way = " > ".join(map(shown, cycle))
        errors.add(rows, cycle[0], f"circular extends or excludes, {way}; remove one of them")
    for name, level in levels.items():
        if level == MOST_LEVELS + 1:
            rows = _rows_that_use(groups[name], max(used[name], key=lambda other: levels[other]))
            text = f"is level {level} of extends and excludes; expected at most {MOST_LEVELS}"
            errors.add(rows, name, text)
    return levels


def _rows_that_use(groups: Sequence[Group], segment: str) -> list[int]:
    return [
        condition.row
        for group in groups
        for condition in group.conditions
        if condition.kind == "segment" and condition.feature == segment
    ]
