"""The statement evaluates the rules and does not contain their text."""

import csv
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from rules_reference import (
    CREATE_CUSTOMERS,
    FEATURES,
    Evaluations,
    Step,
    evaluations,
    is_sequence_met,
    lacking,
)

from customer_segmentation.rules.conditions import Kind
from customer_segmentation.rules.evaluation import Inputs, evaluated_rules, feature_kinds
from customer_segmentation.rules.lint import RulesError, rule_segments
from customer_segmentation.rules.rows import COLUMNS, Row
from customer_segmentation.rules.statement import DUCKDB, SPARK, Dialect, Statement, rule_statement

HOSTILE = [
    *("'; drop table customers; --", '"); drop table customers; --', "O'Hara \\' \\\\ \\n"),
    *("$p0 :p0 ? {x} {{ var('x') }} %s", "/* */ -- \t", "Île 中文 😀 \u202e"),
]
TEXTS = [*HOSTILE, "Wien", "wien", "null"]
CUSTOMERS: list[dict[str, Any]] = [
    {
        "customer_id": "average",
        "orders": 3,
        "amount": Decimal("12.34"),
        "ratio": 0.5,
        "city": "Wien",
        "day": date(2024, 2, 29),
        "moment": datetime(2024, 2, 29, 23, 59),
        "flag": True,
    },
    dict.fromkeys(FEATURES) | {"customer_id": "unknown"},
]


AS_OF = date(2024, 3, 31)


def connection_with(
    customers: Sequence[dict[str, Any]], steps: Sequence[Step] = ()
) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(CREATE_CUSTOMERS)
    connection.execute(
        "create table steps (customer_id varchar, step varchar, happened_at timestamp)"
    )
    for step in steps:
        connection.execute("insert into steps values (?, ?, ?)", step)
    places = ", ".join("?" for _ in FEATURES)
    for customer in customers:
        values = [customer[name] for name in FEATURES]
        connection.execute(f"insert into customers values ({places})", values)
    return connection


@cache
def kinds_of_customers() -> dict[str, Kind]:
    with connection_with([]) as connection:
        return feature_kinds(connection.table("customers"))


def row(
    feature: str,
    operator: str,
    value: str = "",
    width: str = "",
    *,
    segment: str = "s",
    group: str = "g",
    number: int = 2,
) -> Row:
    return Row(number, segment, group, feature, operator, value, width)


def statement_of(rows: Sequence[Row], percent: int = 10, dialect: Dialect = DUCKDB) -> Statement:
    kinds = kinds_of_customers()
    segments = rule_segments(rows, kinds, {one.segment for one in rows})
    return rule_statement(
        segments,
        kinds,
        exit_percent=Decimal(percent),
        dialect=dialect,
        source="customers",
        steps="steps",
        as_of=AS_OF,
    )


def result_of(
    rows: Sequence[Row],
    customers: Sequence[dict[str, Any]],
    percent: int = 10,
    steps: Sequence[Step] = (),
) -> list[Any]:
    statement = statement_of(rows, percent)
    with connection_with(customers, steps) as connection:
        found = connection.execute(statement.sql, statement.parameters).fetchall()
        assert connection.execute("select count(*) from customers").fetchone() == (len(customers),)
    assert len(found) == len({line[:2] for line in found})
    return found


def evaluated(
    rows: Sequence[Row], customers: Sequence[dict[str, Any]], percent: int = 10
) -> Evaluations:
    return {
        (customer, segment): (strength, loose, reason)
        for customer, segment, strength, loose, reason, _ in result_of(rows, customers, percent)
        if loose > 0
    }


def lacks(rows: Sequence[Row], customers: Sequence[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The condition that lacks, by customer and segment."""
    return {line[:2]: line[5] for line in result_of(rows, customers) if line[5]}


@pytest.mark.parametrize(
    ("feature", "operator", "value", "width", "strength"),
    [
        ("orders", "is", "3", "", 1),
        ("orders", "is", "4", "", 0),
        ("orders", "is_not", "4", "", 1),
        ("orders", "is_one_of", "1|3", "", 1),
        ("orders", "is_none_of", "1|3", "", 0),
        ("orders", "at_least", "3", "", 1),
        ("orders", "at_least", "4", "", 0),
        ("orders", "more_than", "2", "", 1),
        ("orders", "more_than", "3", "", 0),
        ("orders", "at_most", "3", "", 1),
        ("orders", "at_most", "2", "", 0),
        ("orders", "less_than", "4", "", 1),
        ("orders", "less_than", "3", "", 0),
        ("orders", "between", "3|3", "", 1),
        ("orders", "between", "4|9", "", 0),
        ("orders", "not_between", "3|9", "", 0),
        ("orders", "not_between", "4|9", "", 1),
        # A ramp: 0.5 on the threshold, 0 one width below it, 1 one width above.
        ("orders", "at_least", "3", "2", 0.5),
        ("orders", "more_than", "3", "2", 0.5),
        ("orders", "at_least", "4", "2", 0.25),
        ("orders", "at_least", "5", "2", 0),
        ("orders", "at_least", "2", "2", 0.75),
        ("orders", "at_least", "1", "2", 1),
        ("orders", "at_most", "3", "2", 0.5),
        ("orders", "less_than", "2", "2", 0.25),
        ("orders", "at_most", "1", "2", 0),
        ("orders", "at_most", "5", "2", 1),
        ("orders", "between", "2|9", "2", 0.75),
        ("orders", "between", "-9|2", "2", 0.25),
        ("orders", "not_between", "2|9", "2", 0.25),
        ("orders", "not_between", "-9|2", "2", 0.75),
        # Decimals and doubles; corners of the ramp are exact, although 0.5 - 0.6 is not -0.1.
        ("amount", "is", "12.34", "", 1),
        ("amount", "at_least", "12.35", "", 0),
        ("ratio", "at_least", "0.6", "0.1", 0),
        ("ratio", "at_most", "0.4", "0.1", 0),
        ("city", "is", "Wien", "", 1),
        ("city", "is", "wien", "", 0),
        ("city", "is_none_of", "Graz|Linz", "", 1),
        ("city", "has_one_of", "Graz|Wien", "", 1),
        ("city", "has_one_of", "Wie|ien|W", "", 0),
        ("city", "has_none_of", "Graz|Wien", "", 0),
        ("city", "has_none_of", "Wie|ien|W", "", 1),
        ("flag", "is", "true", "", 1),
        ("flag", "is_not", "true", "", 0),
        ("day", "is", "2024-02-29", "", 1),
        ("day", "less_than", "2024-02-29", "", 0),
        ("day", "between", "2024-02-01|2024-02-29", "", 1),
        # A timestamp counts as its day.
        ("moment", "at_most", "2024-02-29", "", 1),
        ("city", "is_known", "", "", 1),
        ("city", "is_missing", "", "", 0),
    ],
)
def test_conditions_have_the_expected_strength_at_boundaries(
    feature: str, operator: str, value: str, width: str, strength: float
) -> None:
    found = evaluated([row(feature, operator, value, width)], CUSTOMERS, percent=0)
    assert found.get(("average", "s"), (0,))[0] == strength
    # An unknown value only meets is_missing.
    assert (("unknown", "s") in found) == (operator == "is_missing")


@pytest.mark.parametrize(
    ("operator", "value", "strength"),
    [
        ("has_one_of", "skin: dry", 1),
        ("has_one_of", "hair: long|skin: oily", 1),
        ("has_one_of", "dry|long", 0),
        ("has_none_of", "skin: oily|dry", 1),
        ("has_none_of", "skin: oily|hair: long", 0),
    ],
)
def test_a_list_has_a_part_or_has_it_not(operator: str, value: str, strength: float) -> None:
    customers = [CUSTOMERS[0] | {"city": "hair: long, skin: dry"}]
    found = evaluated([row("city", operator, value)], customers)
    customer = str(CUSTOMERS[0]["customer_id"])
    assert found.get((customer, "s"), (0,))[0] == strength


@pytest.mark.parametrize(
    ("feature", "operator", "value", "width", "loose"),
    [
        # 10 % below 3.3 is 2.97, and below 3.4 is 3.06.
        ("orders", "at_least", "3.3", "", 1),
        ("orders", "at_least", "3.4", "", 0),
        # More than 3 means 4 or more; 10 % below 4 is 3.6, and below 21 is 18.9.
        ("orders", "more_than", "3", "", 0),
        ("orders", "at_most", "2.8", "", 1),
        ("orders", "at_most", "2.7", "", 0),
        ("orders", "less_than", "3", "", 0),
        ("orders", "between", "3.3|9", "", 1),
        ("orders", "between", "3.4|9", "", 0),
        ("orders", "not_between", "2.8|3.1", "", 0),
        ("orders", "not_between", "0|3", "", 0),
        ("amount", "more_than", "13.7", "", 1),
        ("amount", "more_than", "13.8", "", 0),
        ("amount", "not_between", "12|13.7", "", 1),
        ("orders", "at_least", "5", "2", 0.125 + 0.125),
        # Equality and dates are not relaxed.
        ("orders", "is", "4", "", 0),
        ("day", "at_least", "2024-03-01", "", 0),
    ],
)
def test_the_loose_strength_relaxes_thresholds_by_ten_percent(
    feature: str, operator: str, value: str, width: str, loose: float
) -> None:
    found = evaluated([row(feature, operator, value, width)], CUSTOMERS)
    expected = 0.125 if width else loose
    assert found.get(("average", "s"), (0, 0))[1] == expected


def test_exclusive_thresholds_relax_the_first_whole_number() -> None:
    customers = [CUSTOMERS[0] | {"customer_id": str(n), "orders": n} for n in (17, 18, 19, 20, 21)]
    found = evaluated([row("orders", "more_than", "20")], customers)
    assert {customer: loose for (customer, _), (_, loose, _) in found.items()} == {
        "19": 1,
        "20": 1,
        "21": 1,
    }
    found = evaluated([row("orders", "less_than", "18")], customers)
    assert {customer: loose for (customer, _), (_, loose, _) in found.items()} == {"17": 1, "18": 1}


def test_the_reason_comes_from_the_strongest_group() -> None:
    rows = [
        row("orders", "at_least", "9", group="many"),
        row("amount", "more_than", "5", group="much"),
        row("flag", "is", "true", group="much"),
        row("amount", "less_than", "50", group="much"),
        row("s", "extends", segment="t"),
        row("u", "excludes", segment="t"),
        row("moment", "is_known", segment="t"),
        row("city", "is_missing", segment="u"),
    ]
    found = evaluated(rows, CUSTOMERS)
    assert {key: reason for key, (_, _, reason) in found.items()} == {
        ("average", "s"): "amount 12.34, flag true",
        ("average", "t"): "in s, not in u, moment 2024-02-29",
        ("unknown", "u"): "city unknown",
    }


@pytest.mark.parametrize("ratio", [float("inf"), float("-inf"), float("nan"), 1e300, -0.0])
def test_nan_and_infinity_do_not_fail(ratio: float) -> None:
    customers = [CUSTOMERS[0] | {"ratio": ratio}]
    rows = [row("ratio", "is_known"), row("ratio", "at_least", "1", "1", group="h")]
    assert evaluated(rows, customers)[("average", "s")][0] == 1


NUMBERS = st.integers(-300, 300).map(lambda hundredths: f"{hundredths / 100:g}")
DAYS = st.dates(date(2024, 2, 25), date(2024, 3, 5))


@st.composite
def conditions(draw: st.DrawFn, feature: str) -> tuple[str, str, str, str]:
    """Valid combinations of feature, operator, value and width."""
    kind = FEATURES[feature]
    words = {
        "text": st.sampled_from([text for text in TEXTS if "|" not in text]),
        "whole": st.integers(-4, 4).map(str),
        "number": NUMBERS,
        "date": DAYS.map(str),
        "yes_no": st.sampled_from(["true", "false"]),
    }[kind]
    operators = ["is", "is_not", "is_one_of", "is_none_of", "is_missing", "is_known"]
    thresholds = ["at_least", "more_than", "at_most", "less_than", "between", "not_between"]
    lists = ["has_one_of", "has_none_of"] if kind == "text" else []
    more = thresholds if kind in ORDERED else lists
    operator = draw(st.sampled_from(operators + more))
    if operator in ("is_missing", "is_known"):
        return feature, operator, "", ""
    if operator.endswith("e_of"):
        values = draw(st.lists(words, min_size=1, max_size=3, unique_by=str.strip))
        return feature, operator, "|".join(values), ""
    if "between" in operator:
        pair = [draw(words), draw(words)]
        pair.sort(key=(str if kind == "date" else float))
        value = "|".join(pair)
    else:
        value = draw(words).strip()
    has_width = operator in thresholds and kind != "date" and draw(st.booleans())
    width = draw(st.sampled_from(["0.1", "0.25", "1", "3"])) if has_width else ""
    return feature, operator, value, width


ORDERED = ("whole", "number", "date")


@st.composite
def rule_rows(draw: st.DrawFn) -> list[Row]:
    """Segments of groups; some groups use earlier segments."""
    rows: list[Row] = []
    segments = draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4, unique_by=str.strip))
    names = [name.strip() for name in segments]
    for position, segment in enumerate(names):
        for group in range(draw(st.integers(1, 3))):
            features = st.sampled_from([name for name in FEATURES if name != "customer_id"])
            for feature in draw(st.lists(features, min_size=1, max_size=3, unique=True)):
                fields = draw(conditions(feature))
                rows.append(Row(len(rows) + 2, segment, str(group), *fields))
            if position and draw(st.booleans()):
                other = draw(st.sampled_from(names[:position]))
                operator = draw(st.sampled_from(["extends", "excludes"]))
                rows.append(Row(len(rows) + 2, segment, str(group), other, operator, "", ""))
    return rows


CUSTOMER = st.fixed_dictionaries(
    {
        "orders": st.none() | st.integers(-5, 5),
        "amount": st.none() | st.integers(-500, 500).map(lambda cents: Decimal(cents) / 100),
        "ratio": st.none() | st.integers(-500, 500).map(lambda hundredths: hundredths / 100),
        "city": st.none() | st.sampled_from([text.strip() for text in TEXTS]),
        "day": st.none() | DAYS,
        "moment": st.none() | st.datetimes(datetime(2024, 2, 25), datetime(2024, 3, 5)),
        "flag": st.none() | st.booleans(),
    }
)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(rule_rows(), st.lists(CUSTOMER, min_size=1, max_size=8), st.sampled_from([0, 10, 50]))
def test_sql_gives_what_python_gives(
    rows: list[Row], customers: list[dict[str, Any]], percent: int
) -> None:
    named = [{"customer_id": str(n)} | customer for n, customer in enumerate(customers)]
    try:
        found = evaluated(rows, named, percent)
    except RulesError:
        assume(False)
    assert found == evaluations(rows, named, percent)


def meeting(one: Row) -> list[Any]:
    """Values of the feature of which one meets the condition."""
    words = [word.strip() for word in one.value.split("|") if word.strip()]
    kind = FEATURES[one.feature]
    if kind == "text":
        return [None, *words, "any other text"]
    if kind == "yes_no":
        return [None, True, False]
    if kind == "date":
        days = [date.fromisoformat(word) for word in words or ["2024-02-29"]]
        return [None, *(day + timedelta(n) for day in days for n in (-1, 0, 1))]
    step = 1 if kind == "whole" else Decimal("0.01")
    return [None, *(Decimal(word) + n * step for word in words or ["1"] for n in (-1, 0, 1))]


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(rule_rows(), st.lists(CUSTOMER, min_size=1, max_size=8))
def test_the_condition_that_lacks_is_enough(
    rows: list[Row], customers: list[dict[str, Any]]
) -> None:
    named = [{"customer_id": str(n)} | customer for n, customer in enumerate(customers)]
    try:
        found = lacks(rows, named)
    except RulesError:
        assume(False)
    expected = lacking(rows, named)
    assert found.keys() == expected.keys()
    changed = []
    for (customer, segment), one in expected.items():
        text = found[customer, segment]
        if one.operator in ("extends", "excludes"):
            assert text == f"{'not ' if one.operator == 'excludes' else ''}in {one.feature}"
            continue
        assert text.startswith(f"{one.feature} {one.operator}")
        group = [row for row in rows if (row.segment, row.rule_group) == (segment, one.rule_group)]
        # A change of the feature may change the other segment, too.
        if all(row.operator not in ("extends", "excludes") for row in group):
            changed += [
                named[int(customer)]
                | {"customer_id": f"{customer}\n{segment}\n{number}", one.feature: value}
                for number, value in enumerate(meeting(one))
            ]
    members = {
        tuple(customer.split("\n")[:2])
        for (customer, segment), (strength, *_) in evaluated(rows, changed).items()
        if strength >= 0.5 and customer.split("\n")[1] == segment
    }
    assert members == {tuple(one["customer_id"].split("\n")[:2]) for one in changed}


def test_postcodes_and_keys_are_not_shown() -> None:
    kinds: dict[str, Kind] = {"postcode": "text", "contact_id": "text", "orders": "whole"}
    rows = [
        row("postcode", "is_none_of", "1010|1020"),
        row("contact_id", "is_known"),
        row("orders", "at_least", "1"),
        row("postcode", "is", "8010", segment="t"),
        row("orders", "at_least", "1", segment="t"),
    ]
    statement = rule_statement(
        rule_segments(rows, kinds, {"s", "t"}),
        kinds,
        exit_percent=Decimal(0),
        dialect=DUCKDB,
        source="customers",
        steps="steps",
        as_of=AS_OF,
    )
    with duckdb.connect() as connection:
        connection.execute(
            "create table customers as select 'a' as customer_id, '9999' as postcode,"
            " 'secret' as contact_id, 1 as orders"
        )
        found = connection.execute(statement.sql, statement.parameters).fetchall()
    assert {line[1]: line[4:] for line in found} == {
        "s": ("postcode known, contact_id known, orders 1", None),
        "t": (None, "postcode is 8010 (now known)"),
    }


def test_the_value_of_today_is_beside_what_lacks() -> None:
    rows = [
        row("amount", "at_least", "20.50"),
        row("city", "is_one_of", "Graz|Wien"),
        row("orders", "is", "9", group="other"),
        row("flag", "is", "false", group="other"),
        row("s", "extends", segment="t"),
        row("day", "is_known", segment="t"),
    ]
    assert lacks(rows, CUSTOMERS) == {
        ("average", "s"): "amount at_least 20.5 (now 12.34)",
        ("average", "t"): "in s",
    }
    assert lacks(rows[2:4], CUSTOMERS) == {}
    rows[1:] = [row("city", "is_missing")]
    assert lacks(rows, CUSTOMERS)["unknown", "s"] == "amount at_least 20.5 (now unknown)"
    # Nothing is met of a single condition.
    assert lacks(rows[:1], CUSTOMERS) == {}


def hostile_rows() -> list[Row]:
    """500 segments, each with its own words and numbers."""
    rows = []
    for n in range(500):
        segment = f"marker{n} {HOSTILE[n % len(HOSTILE)]}".strip()
        group = HOSTILE[n % len(HOSTILE)].strip()
        rows += [
            Row(
                4 * n + 2, segment, group, "city", "is", f"marker{n} {HOSTILE[-n % 6]}".strip(), ""
            ),
            Row(
                4 * n + 3, segment, group, "orders", "at_least", f"{7000000 + n}", f"{8000000 + n}"
            ),
            Row(4 * n + 4, segment, "2", "amount", "between", f"-{7000000 + n}|{9000000 + n}", ""),
            Row(4 * n + 5, segment, "2", "day", "is_one_of", "2077-01-01|2078-01-01", ""),
        ]
    return rows


@pytest.mark.parametrize("dialect", [DUCKDB, SPARK])
def test_the_statement_has_no_text_of_the_rules(dialect: Dialect) -> None:
    statement = statement_of(hostile_rows(), dialect=dialect)
    assert "marker" not in statement.sql
    assert "drop" not in statement.sql
    numbers = set(re.findall(r"(?<![\w.])[0-9][\w.]*", statement.sql))
    assert numbers == {"0", "0e0", "0.5e0", "1e0", "10000", "1e15", "100", "0.01", "20", "2"} | {
        *("1", "5000")
    }
    # The statement has names, operators and positions.
    assert statement.sql.isascii()
    assert set(re.findall(r"'([^']*)'", statement.sql)) <= {
        *("segment", "points", "loose_points", "reason", "lacks", "unknown", ", ", ")"),
        *(f"{name} " for name in FEATURES),
    }
    assert not re.search(r"--|/[*]|;|\\|\"", statement.sql)
    assert len(statement.parameters) > 2500


def test_a_hostile_seed_stays_data(tmp_path: Path) -> None:
    rows = hostile_rows()
    file = tmp_path / "segment_rules.csv"
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(COLUMNS)
        for one in rows:
            writer.writerow(one.fields)
            # Empty lines, and lines of empty fields.
            writer.writerows([[], [""] * len(COLUMNS)] if one.number % 100 == 2 else [])
    customers = [
        CUSTOMERS[0] | {"customer_id": "in 7", "city": rows[28].value, "orders": 99999999},
        CUSTOMERS[1],
    ]
    segments = sorted({one.segment for one in rows})
    with connection_with(customers) as connection:
        connection.execute(
            "create table rules (segment varchar, rule_group varchar, feature varchar, "
            "operator varchar, value varchar, width varchar)"
        )
        # As dbt loads a seed.
        connection.execute(f"copy rules from '{file}' (format csv, header true, delimiter ',')")
        catalogue = pa.table({"segmentation": ["business"] * len(segments), "segment": segments})
        reader = evaluated_rules(
            connection,
            Inputs(
                customer_features=connection.table("customers"),
                segment_rules=connection.table("rules"),
                segments=connection.from_arrow(catalogue),
                int_customer_steps=connection.table("steps"),
                as_of=connection.sql("select date '2024-03-31' as as_of_date"),
            ),
            exit_percent=10,
            file=file,
        )
        found = reader.read_all().to_pylist()
        tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    members = [line for line in found if line["loose_strength"]]
    assert [(line["customer_id"], line["segment"]) for line in members] == [
        ("in 7", rows[28].segment)
    ]
    assert members[0]["reason"] == f"city {rows[28].value}, orders 99999999"
    cities = {one.segment: one.value for one in rows if one.feature == "city"}
    assert {line["segment"]: line["lacks"] for line in found if line not in members} == {
        segment: f"city is {city} (now {rows[28].value})"
        for segment, city in cities.items()
        if city != rows[28].value
    }
    assert sorted(tables) == [("customers",), ("rules",), ("steps",)]


def test_without_rules_there_are_no_members() -> None:
    assert evaluated([], CUSTOMERS) == {}


_SOME_STEPS = ("add_to_cart", "purchase", "service_complaint")
_MOMENTS = st.builds(
    datetime,
    st.just(2024),
    st.just(3),
    st.integers(20, 31),
    # The end of a day is the beginning of the next one; April is after the last day.
    st.sampled_from([0, 12]),
) | st.sampled_from([datetime(2024, 4, 1), datetime(2024, 4, 1, 0, 0, 1)])


@st.composite
def _sequence_rows(draw: st.DrawFn, number: int) -> Row:
    operator = draw(st.sampled_from(["followed_by", "not_followed_by"]))
    first, other = draw(st.sampled_from(_SOME_STEPS)), draw(st.sampled_from(_SOME_STEPS))
    days = draw(st.integers(1, 4))
    value = f"{other}|{days}"
    if draw(st.booleans()):
        value += f"|{draw(st.integers(days + 1, 9))}"
    return row(first, operator, value, segment=f"s{number}", number=number)


@given(
    st.lists(st.integers(2, 6), min_size=1, max_size=3, unique=True).flatmap(
        lambda numbers: st.tuples(*map(_sequence_rows, numbers))
    ),
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(_SOME_STEPS), _MOMENTS), max_size=12),
)
def test_sequences_are_as_in_plain_python(rows: tuple[Row, ...], steps: list[Step]) -> None:
    assume(len({one.fields[2:] for one in rows}) == len(rows))
    customers = [CUSTOMERS[1] | {"customer_id": name} for name in "abc"]
    found = result_of(rows, customers, steps=steps)
    assert {line[:2] for line in found if line[2] >= 0.5} == {
        (name, one.segment)
        for name in "abc"
        for one in rows
        if is_sequence_met(one, [step for step in steps if step[0] == name], AS_OF)
    }


def test_reasons_show_the_days_of_a_sequence() -> None:
    steps: list[Step] = [
        ("average", "demo_request", datetime(2024, 3, 1, 10)),
        ("average", "purchase", datetime(2024, 3, 5, 9)),
        ("average", "demo_request", datetime(2024, 3, 20, 10)),
    ]
    rows = [
        row("demo_request", "followed_by", "purchase|5"),
        row("demo_request", "not_followed_by", "purchase|5"),
        row("demo_request", "followed_by", "purchase|3", segment="soon"),
        row("orders", "at_least", "1", segment="soon"),
    ]
    found = result_of(rows, CUSTOMERS, steps=steps)
    assert sorted((line[0], line[1], *line[4:]) for line in found) == [
        (
            *("average", "s"),
            "demo_request 2024-03-01 then purchase, demo_request 2024-03-20 without purchase",
            None,
        ),
        ("average", "soon", None, "demo_request followed_by purchase|3 (now 2024-03-20)"),
    ]
