"""Wrong rules are reported by row, all in one error."""

from pathlib import Path

import pytest
from project import csv_rows

from customer_segmentation.rules.conditions import OPERATORS, STEPS, Kind
from customer_segmentation.rules.lint import MOST_LEVELS, RulesError, rule_segments
from customer_segmentation.rules.rows import COLUMNS, Row, numbered_rows

REPOSITORY = Path(__file__).resolve().parents[2]
FEATURES: dict[str, Kind] = {
    "orders": "whole",
    "amount": "number",
    "city": "text",
    "day": "date",
    "flag": "yes_no",
}


_WHOLE_DAYS = "expected whole numbers of days from 1 to 9999"


def rows_of(text: str) -> list[Row]:
    """Lines of segment,group,feature,operator,value,width; the first is row 2."""
    return [
        Row(number, *(line.split(",") + [""] * 6)[:6])
        for number, line in enumerate(text.strip().splitlines(), start=2)
    ]


def errors_of(text: str, catalogue: set[str] | None = None) -> list[str]:
    rows = rows_of(text)
    names = {row.segment for row in rows if row.segment} if catalogue is None else catalogue
    with pytest.raises(RulesError) as error:
        rule_segments(rows, FEATURES, names)
    head, *lines = str(error.value).splitlines()
    assert head == f"segment_rules: {len(lines)} error{'s' if len(lines) > 1 else ''}"
    return lines


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (
            "s,g,ordes,is,1",
            "feature 'ordes' is unknown, did you mean 'orders'?; "
            "expected a column of customer_features",
        ),
        ("s,g,xyz,is,1", "feature 'xyz' is unknown; expected a column of customer_features"),
        ("s,g,,is,1", "feature '' is unknown; expected a column of customer_features"),
        ("s,,orders,is,1", "rule_group is empty; expected a name"),
        (
            "s,g,orders,atleast,1",
            "operator 'atleast' is unknown, did you mean 'at_least'?; "
            f"expected one of {', '.join(OPERATORS)}",
        ),
        (
            "s,g,city,at_least,1",
            "operator at_least does not fit city, which is text; expected one of "
            "is, is_not, is_one_of, is_none_of, has_one_of, has_none_of, is_missing, is_known",
        ),
        (
            "s,g,service_complain,followed_by,purchase|3",
            "step 'service_complain' is unknown, did you mean 'service_complaint'?; "
            f"expected one of {', '.join(STEPS)}",
        ),
        (
            "s,g,purchase,at_least,2",
            "'purchase' is a step, which takes followed_by or not_followed_by; "
            "expected a column of customer_features",
        ),
        (
            "s,g,search,followed_by,order|3",
            f"value 'order|3': expected one of the steps {', '.join(STEPS)} first, "
            "because followed_by is asked of search, a step",
        ),
        (
            "s,g,orders,is,many",
            "value 'many': expected a number such as 12 or 0.5, "
            "because is is asked of orders, a whole number",
        ),
    ],
)
def test_an_error_names_row_problem_and_expectation(rule: str, error: str) -> None:
    assert errors_of(rule) == [f"row 2, segment 's': {error}"]


@pytest.mark.parametrize(
    ("rule", "wrong", "expected"),
    [
        ("s,g,search,followed_by,", "value ''", "expected step|days, or step|days|last days"),
        *(
            (f"s,g,search,followed_by,purchase|{days}", f"value 'purchase|{days}'", _WHOLE_DAYS)
            for days in ("0", "-1", "1.5", "10000", "3|many", "٣")
        ),
        (
            "s,g,search,not_followed_by,purchase|30|30",
            "value 'purchase|30|30'",
            "expected more last days than days in which nothing follows",
        ),
        ("s,g,search,followed_by,purchase|3,2", "width '2'", "expected no width"),
        ("s,g,orders,is,", "value ''", "expected a number such as 12 or 0.5"),
        ("s,g,orders,is,1_000", "value '1_000'", "expected a number such as 12 or 0.5"),
        ("s,g,orders,is,1e3", "value '1e3'", "expected a number such as 12 or 0.5"),
        ("s,g,orders,is,٣", "value '٣'", "expected a number such as 12 or 0.5"),
        ("s,g,amount,at_least,NaN", "value 'NaN'", "expected a number such as 12 or 0.5"),
        ("s,g,amount,at_least,inf", "value 'inf'", "expected a number such as 12 or 0.5"),
        ("s,g,amount,at_most,-Infinity", "value", "expected a number such as 12 or 0.5"),
        (
            "s,g,amount,at_least,1000000000000000.1",
            "value '1000000000000000.1'",
            "expected a number of at most 1,000,000,000,000,000",
        ),
        (
            f"s,g,orders,at_least,-{'9' * 500}",
            f"value '-{'9' * 59}...'",
            "expected a number of at most 1,000,000,000,000,000",
        ),
        ("s,g,orders,is,1.5", "value '1.5'", "expected a whole number"),
        ("s,g,orders,is_one_of,1|1.5", "value '1|1.5'", "expected a whole number"),
        ("s,g,orders,is_one_of,1|1.0", "value '1|1.0'", "expected each value once"),
        ("s,g,city,is_one_of,Graz||Linz", "value 'Graz||Linz'", "expected a value"),
        ("s,g,city,is_none_of,", "value ''", "expected a value"),
        ("s,g,orders,between,1", "value '1'", "expected two values, low|high"),
        ("s,g,orders,between,1|2|3", "value '1|2|3'", "expected two values, low|high"),
        ("s,g,orders,between,2|1", "value '2|1'", "expected the lower value first, low|high"),
        ("s,g,day,at_least,2024-1-1", "value '2024-1-1'", "expected a date YYYY-MM-DD"),
        ("s,g,day,at_least,2023-02-29", "value '2023-02-29'", "expected a date that exists"),
        ("s,g,flag,is,yes", "value 'yes'", "expected true or false"),
        ("s,g,city,is_known,Graz", "value 'Graz'", "expected no value"),
        ("s,g,orders,at_least,3,-1", "width '-1'", "expected a number above 0"),
        ("s,g,orders,at_least,3,0", "width '0'", "expected a number above 0"),
        ("s,g,orders,at_least,3,wide", "width 'wide'", "expected a number such as 12 or 0.5"),
        ("s,g,orders,is,3,1", "width '1'", "expected no width (only numeric thresholds"),
        (
            "s,g,day,at_least,2024-01-01,7",
            "width '7'",
            "expected no width (only numeric thresholds",
        ),
    ],
)
def test_a_wrong_value_or_width_is_explained(rule: str, wrong: str, expected: str) -> None:
    (error,) = errors_of(rule)
    assert error.startswith(f"row 2, segment 's': {wrong}")
    assert expected in error


@pytest.mark.parametrize(
    "rule",
    [
        *("s,g,orders,is,3.0", "s,g,orders,at_least,2.5,0.000000001"),
        *("s,g,amount,at_least,-1000000000000000", "s,g,orders,between,3|3"),
        *("s,g,day,is,2024-02-29", "s,g,day,between,0001-01-01|9999-12-31"),
        *("s,g,flag,is_not,false", "s,g,city,is,'; drop table customers; --"),
        "s,g,city,is_one_of,Graz | Linz",
    ],
)
def test_a_value_on_a_limit_is_accepted(rule: str) -> None:
    assert rule_segments(rows_of(rule), FEATURES, ["s"])


@pytest.mark.parametrize(
    ("rules", "rows"),
    [
        ("s,g,orders,at_least,5\ns,g,orders,at_most,3", "rows 2, 3"),
        ("s,g,orders,more_than,3\ns,g,orders,less_than,4", "rows 2, 3"),
        ("s,g,amount,more_than,3\ns,g,amount,at_most,3", "rows 2, 3"),
        ("s,g,orders,between,3|5\ns,g,orders,not_between,2|6", "rows 2, 3"),
        ("s,g,orders,is,3\ns,g,city,is_known\ns,g,orders,is_none_of,3|4", "rows 2, 4"),
        ("s,g,city,is,A\ns,g,city,is,B", "rows 2, 3"),
        ("s,g,city,is_one_of,A|B\ns,g,city,is_none_of,A|B|C", "rows 2, 3"),
        ("s,g,city,has_one_of,A|B\ns,g,city,has_none_of,A|B|C", "rows 2, 3"),
        ("s,g,city,has_one_of,A\ns,g,city,is,B", "rows 2, 3"),
        ("s,g,city,is_missing\ns,g,city,is_not,B", "rows 2, 3"),
        ("s,g,city,is_missing\ns,g,city,is_known", "rows 2, 3"),
        ("s,g,flag,is,true\ns,g,flag,is_not,true", "rows 2, 3"),
        ("s,g,flag,is_none_of,true|false", "row 2"),
        ("s,g,day,more_than,2024-02-28\ns,g,day,less_than,2024-02-29", "rows 2, 3"),
        ("s,g,orders,at_least,5,2\ns,g,orders,at_most,4,2", "rows 2, 3"),
        ("s,g,t,extends\ns,g,t,excludes\nt,g,flag,is,true", "rows 2, 3"),
    ],
)
def test_contradicting_conditions_are_named(rules: str, rows: str) -> None:
    (error,) = errors_of(rules)
    assert error.startswith(f"{rows}, segment 's': no value of ")


@pytest.mark.parametrize(
    "rules",
    [
        "s,g,orders,at_least,3\ns,g,orders,at_most,3",
        "s,g,orders,more_than,3\ns,g,orders,less_than,5",
        "s,g,amount,more_than,3\ns,g,amount,less_than,3.1",
        "s,g,amount,more_than,3,1\ns,g,amount,less_than,3,1",
        "s,g,orders,between,3|5\ns,g,orders,not_between,4|6",
        "s,g,day,more_than,2024-02-28\ns,g,day,at_most,2024-02-29",
        "s,g,day,at_most,0001-01-01",
        "s,g,city,is_one_of,A|B\ns,g,city,is_not,A",
        "s,g,city,is_not,A\ns,g,city,is_not,B",
        "s,g,city,has_one_of,A\ns,g,city,has_one_of,B\ns,g,city,has_none_of,C",
        "s,g,city,has_one_of,A\ns,g,city,has_none_of,B",
        "s,g,city,is_known\ns,g,city,is_not,B",
        "s,g,flag,is_not,true",
        # Conditions of different groups do not contradict.
        "s,g,city,is,A\ns,h,city,is,B",
    ],
)
def test_conditions_that_can_be_met_pass(rules: str) -> None:
    assert rule_segments(rows_of(rules), FEATURES, ["s"])


def test_repeated_rows_groups_and_segments_are_named() -> None:
    assert errors_of("s,g,orders,is,3\ns,g,orders,is,3") == [
        "row 3, segment 's': repeats row 2; remove one of them"
    ]
    assert errors_of("s,g,orders,is,3\ns,h,orders,is,3.0") == [
        "row 3, segment 's': group 'h' adds nobody to group 'g'; remove it or change a condition"
    ]
    # The second group is a part of the first.
    assert errors_of("s,g,orders,is,3\ns,h,orders,is,3\ns,h,flag,is,true") == [
        "rows 3, 4, segment 's': group 'h' adds nobody to group 'g'; "
        "remove it or change a condition"
    ]
    assert errors_of("s,g,orders,is_one_of,3|4\nt,h,orders,is_one_of,4|3") == [
        "row 3, segment 't': has the same rules as 's'; expected another condition"
    ]


def test_rules_and_catalogue_have_the_same_segments() -> None:
    assert errors_of(
        "lojal,g,orders,is,3\nlojal,h,orders,is,4", {"loyal", "no_business_segment"}
    ) == [
        "segment 'loyal': is in segments.csv; expected rows in segment_rules.csv",
        "row 2, segment 'lojal': not in the catalogue, did you mean 'loyal'?; "
        "expected a segment of 'business' in segments.csv",
    ]
    # Rules cannot define the remaining segment.
    assert len(errors_of("no_business_segment,g,orders,is,3", {"no_business_segment"})) == 1
    assert errors_of(",g,orders,is,3", set()) == [
        "row 2, segment '': segment is empty; expected a name"
    ]


def test_missing_and_circular_segments_are_named() -> None:
    assert errors_of("s,g,t,extends\nloyal,g,loyl,excludes", {"s", "loyal"}) == [
        "row 2, segment 's': segment 't' is unknown; expected another rule segment",
        "row 3, segment 'loyal': segment 'loyl' is unknown, did you mean 'loyal'?; "
        "expected another rule segment",
    ]
    assert errors_of("s,g,s,extends") == [
        "row 2, segment 's': circular extends or excludes, 's' > 's'; remove one of them"
    ]
    # One error for a circle, none for segments that lead into it.
    assert errors_of(
        "a,g,b,extends\nb,g,c,excludes\nc,g,a,extends\nc,g,orders,is,1\nd,g,a,extends"
    ) == [
        "row 2, segment 'a': circular extends or excludes, 'a' > 'b' > 'c' > 'a'; "
        "remove one of them"
    ]
    chain = ["s1,g,orders,is,1", *(f"s{n + 1},g,s{n},extends" for n in range(1, MOST_LEVELS))]
    segments = rule_segments(rows_of("\n".join(chain)), FEATURES, {f"s{n + 1}" for n in range(20)})
    assert [segment.level for segment in segments] == list(range(1, MOST_LEVELS + 1))
    assert errors_of("\n".join([*chain, "s21,g,s20,extends"])) == [
        "row 22, segment 's21': is level 21 of extends and excludes; expected at most 20"
    ]


def test_all_errors_are_listed_in_row_order() -> None:
    errors = errors_of(
        "s,g,ordes,iss,1\ns,g,orders,is,x\nt,g,orders,at_least,5\nt,g,orders,at_most,3",
        {"s", "t", "u"},
    )
    assert [error.partition(":")[0] for error in errors] == [
        *("segment 'u'", "row 2, segment 's'", "row 2, segment 's'", "row 3, segment 's'"),
        "rows 4, 5, segment 't'",
    ]


def test_text_of_the_seed_is_shortened_to_one_line() -> None:
    rows = [Row(2, "s", "g", "city\n; drop" + "x" * 500, "is", "1", "")]
    with pytest.raises(RulesError) as error:
        rule_segments(rows, FEATURES, ["s"])
    _, line = str(error.value).splitlines()
    assert "'city\\n; drop" in line
    assert len(line) < 200


def test_rows_have_their_number_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    file.write_text(
        "segment,rule_group,feature,operator,value,width\n"
        "\n"
        's,g,city,is,"two\nlines",\n'
        ",,,,,\n"
        " s , g ,orders,is,1,\n"
        "s,g,orders,is,1,\n",
        encoding="utf-8",
    )
    records = csv_rows(file)
    records.reverse()
    numbers = [(row.number, row.value) for row in numbered_rows(records, file)]
    assert numbers == [(3, "two\nlines"), (5, "1"), (6, "1")]
    # Without the file, rows are counted in the given order.
    assert [row.number for row in numbered_rows(records)] == [2, 3, 5]
    assert numbered_rows([dict.fromkeys(COLUMNS)]) == []


def test_the_examples_use_every_operator() -> None:
    rows = numbered_rows(csv_rows(REPOSITORY / "seeds/business/rules/segment_rules.csv"))
    assert {row.operator for row in rows} == OPERATORS.keys()
    assert any(row.width for row in rows)
    assert len({row.segment for row in rows}) >= 10
    assert len({(row.segment, row.rule_group) for row in rows}) > len({row.segment for row in rows})


def test_a_sequence_can_be_in_a_group_twice() -> None:
    rows = rows_of(
        """
        s,g,search,followed_by,purchase|3
        s,g,search,not_followed_by,purchase|3
        s,g,search,followed_by,search|1|7
        """.replace("        ", "")
    )
    (segment,) = rule_segments(rows, FEATURES, {"s"})
    assert [one.sequence for one in segment.groups[0].conditions] == [
        ("purchase", 3, None),
        ("purchase", 3, None),
        ("search", 1, 7),
    ]


def test_every_word_of_events_service_and_touches_is_a_step() -> None:
    words = csv_rows(REPOSITORY / "seeds" / "business" / "words.csv")
    meanings = {
        name: {row["meaning"] for row in words if row["list"] == name} - {""}
        for name in ("event_type", "service_reason", "touch_type")
    }
    assert set(STEPS) == {
        *("service_contact", "message_sent"),
        *(meanings["event_type"] - {"page_ping"}),
        *(f"service_{reason}" for reason in meanings["service_reason"]),
        *(f"message_{touch}" for touch in meanings["touch_type"] - {"sent", "delivered"}),
    }
