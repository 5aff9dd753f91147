"""The table of survey results by segment."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from customer_segmentation.surveys.measures import holm, nominal_difference, ordinal_difference
from customer_segmentation.surveys.tables import SCHEMA, Limits, survey_confirmations

WORDS = {"role": "defining", "scale": "nominal", "states": None}
NUMBERS = {"role": "independent", "scale": "ordinal", "states": None}
CHANNEL = {"role": "statement", "scale": "nominal", "states": "channel"}
AGE = {"role": "statement", "scale": "nominal", "states": "age_band"}

LIMITS = Limits(answers=10, p=0.05, cramers_v=0.1, epsilon_squared=0.06)

Counts = dict[tuple[str, str], int]


def answers(question_id: str, kind: dict[str, Any], counts: Counts) -> list[dict[str, Any]]:
    """Rows of one question, from counts by segment and answer."""
    return [
        {
            "survey_id": "s",
            "segmentation": "channel",
            "seed": 7,
            "question_id": question_id,
            **kind,
            "segment": segment,
            "answer": answer,
            "answer_rank": float(answer) if kind["scale"] == "ordinal" else None,
            "recorded": segment if kind["states"] == "channel" else None,
            "answers": count,
        }
        for (segment, answer), count in counts.items()
    ]


def example() -> list[dict[str, Any]]:
    ages = answers("age", AGE, {("store", "young"): 12, ("store", "old"): 3, ("online", "old"): 30})
    for row, recorded in zip(ages, ["young", "young", "old"], strict=True):
        row["recorded"] = recorded
    store = {("store", "price"): 9, ("store", "advice"): 31, ("phone", "price"): 9}
    words = {**store, ("online", "price"): 40, ("online", "advice"): 20}
    online = {("online", "2"): 10, ("online", "9"): 10, ("online", "10"): 25}
    numbers = {("store", "2"): 20, ("store", "10"): 5, **online}
    stated = {("store", "store"): 20, ("store", "online"): 5}
    stated |= {("online", "online"): 30, ("online", "store"): 2}
    return [
        *answers("words", WORDS, words),
        *answers("numbers", NUMBERS, numbers),
        *answers("channel", CHANNEL, stated),
        *ages,
    ]


def by_question(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The result by segment and question."""
    table = survey_confirmations(pa.Table.from_pylist(rows), LIMITS)
    assert table.schema == SCHEMA
    found = {(row["segment"], row["question_id"]): row for row in table.to_pylist()}
    assert len(found) == table.num_rows
    return found


def test_a_segment_is_tested_against_all_others() -> None:
    found = by_question(example())
    words = found["store", "words"]
    expected = nominal_difference(np.array([[20, 49], [31, 9]]), seed=1)
    assert expected is not None
    assert words["answers"] == 40
    assert words["test"] == "chi_squared"
    assert words["statistic"] == pytest.approx(expected.statistic, abs=1e-9)
    assert words["effect_size"] == pytest.approx(expected.effect_size, abs=1e-9)
    # Numeric order: 10 after 9.
    ordered = ordinal_difference(np.array([[20, 0, 5], [10, 10, 25]]))
    assert ordered is not None
    assert found["store", "numbers"]["statistic"] == pytest.approx(ordered.statistic)


def test_all_excludes_segments_with_few_answers() -> None:
    letters = answers("words", WORDS, {("letter", "price"): 5})
    found = by_question([*example(), *letters])["all", "words"]
    expected = nominal_difference(np.array([[20, 40], [31, 9]]), seed=1)
    assert expected is not None
    assert found["answers"] == 114
    assert found["statistic"] == pytest.approx(expected.statistic)


def test_all_is_hidden_if_it_reveals_few_answers() -> None:
    """From 109, 40 of stores and 60 of the web leave 9 of the telephone."""
    found = by_question(example())
    assert found["phone", "words"]["answers"] is None
    assert found["all", "words"]["answers"] is None
    assert found["all", "numbers"]["answers"] == 70


def test_p_values_are_adjusted_over_the_questions_of_a_segment() -> None:
    found = by_question(example())
    rows = [found["store", question] for question in ("words", "numbers")]
    adjusted = holm([row["p_value"] for row in rows])
    assert [row["adjusted_p"] for row in rows] == pytest.approx(adjusted, abs=2e-9)
    assert rows[0]["adjusted_p"] > rows[0]["p_value"]


def test_statements_have_agreement_without_a_test() -> None:
    found = by_question(example())
    own = found["store", "channel"]
    assert (own["answers"], own["agreeing"]) == (25, 20)
    # 50 of 57 agree; by chance 25 * 22 + 32 * 35 of 57 * 57.
    chance = (25 * 22 + 32 * 35) / 57**2
    assert own["kappa"] == pytest.approx((50 / 57 - chance) / (1 - chance), abs=1e-9)
    assert found["all", "channel"]["kappa"] == pytest.approx(own["kappa"])
    age = found["store", "age"]
    assert (age["answers"], age["agreeing"], age["kappa"]) == (15, 12, 0)
    # All customers are old and state it.
    assert found["online", "age"]["agreeing"] == 30
    assert found["online", "age"]["kappa"] is None
    assert {row["test"] for row in found.values() if row["role"] == "statement"} == {None}


@pytest.mark.parametrize(
    ("store", "online", "is_published"), [(10, 10, True), (9, 20, False), (20, 9, False)]
)
def test_fewer_than_ten_answers_are_hidden(store: int, online: int, is_published: bool) -> None:
    rows = [
        *answers("words", WORDS, {("store", "a"): store, ("online", "b"): online}),
        *answers("channel", CHANNEL, {("store", "store"): store, ("online", "online"): online}),
    ]
    found = by_question(rows)
    for segment in ("store", "online"):
        for question in ("words", "channel"):
            row = found[segment, question]
            assert (row["answers"] is not None) == is_published
            if not is_published:
                measured = list(row)[list(row).index("answers") :]
                assert {row[column] for column in measured} == {None}
    assert (found["all", "words"]["test"] is not None) == is_published


def test_equal_answers_are_counted_and_not_tested() -> None:
    rows = answers("words", WORDS, {("store", "a"): 20, ("online", "a"): 20})
    row = by_question(rows)["store", "words"]
    assert row["answers"] == 20
    assert row["test"] is None


def test_the_order_of_rows_and_other_questions_change_nothing() -> None:
    few = answers("few", WORDS, {("store", "a"): 9, ("store", "b"): 2, ("online", "a"): 12})
    rows = [*few, *example()]
    found = by_question(rows)
    assert found["store", "few"]["test"] == "chi_squared_monte_carlo"
    assert by_question(rows[::-1]) == found
    alone = by_question(few)["store", "few"]
    assert alone["p_value"] == found["store", "few"]["p_value"]


def test_another_seed_draws_other_tables() -> None:
    few = answers("few", WORDS, {("store", "a"): 9, ("store", "b"): 2, ("online", "a"): 12})
    other = [row | {"seed": 8} for row in few]
    assert (
        by_question(few)["store", "few"]["p_value"] != by_question(other)["store", "few"]["p_value"]
    )


def test_no_answers_give_no_rows() -> None:
    counts = pa.Table.from_pylist(example())[:0]
    assert survey_confirmations(counts, LIMITS).num_rows == 0


@pytest.mark.parametrize(
    ("changed", "is_distinct"),
    [
        ({}, True),
        ({"adjusted_p": 0.05}, False),
        ({"effect_size": 0.099999999}, False),
        ({"test": "chi_squared_monte_carlo"}, True),
        ({"test": "kruskal_wallis", "effect_size": 0.06}, True),
        ({"test": "kruskal_wallis", "effect_size": 0.059999999}, False),
        ({"test": None, "adjusted_p": None, "effect_size": None}, False),
    ],
)
def test_a_difference_needs_significance_and_a_minimum_effect(
    changed: dict[str, Any], is_distinct: bool
) -> None:
    row = {"test": "chi_squared", "adjusted_p": 0.049999999, "effect_size": 0.1}
    assert LIMITS.is_distinct(row | changed) == is_distinct


def test_only_answered_questions_are_judged_and_only_statements_agree() -> None:
    found = by_question(example())
    assert found["store", "words"]["is_distinct"] is True
    assert found["store", "words"]["agreement"] is None
    assert found["store", "channel"]["is_distinct"] is None
    assert found["store", "channel"]["agreement"] == 20 / 25
    same = answers("words", WORDS, {("store", "a"): 20, ("online", "a"): 20})
    assert by_question(same)["store", "words"]["is_distinct"] is False
    few = answers("words", WORDS, {("store", "a"): 9, ("online", "b"): 20})
    assert by_question(few)["store", "words"]["is_distinct"] is None
