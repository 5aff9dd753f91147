"""Histories are checked, sorted and counted in any order of the rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_data import Row, histories_of, rows_of_days

from customer_segmentation.value.gamma_gamma import distinct_spending
from customer_segmentation.value.histories import distinct_histories


def test_rows_are_counted_once_per_history_in_ascending_order() -> None:
    histories = distinct_histories([2, 0, 2, 1, 2], [5, 0, 3, 4, 5], [9, 9, 9, 8, 9])
    assert histories.repeats.tolist() == [0, 1, 2, 2]
    assert histories.recency.tolist() == [0, 4, 3, 5]
    assert histories.age.tolist() == [9, 8, 9, 9]
    assert histories.customers.tolist() == [1, 1, 1, 2]
    assert histories.row.tolist() == [3, 0, 2, 1, 3]
    assert (len(histories), histories.customer_count) == (4, 5)


def test_customers_of_a_row_are_counted() -> None:
    histories = distinct_histories([0, 1, 0], [0, 1, 0], [4, 4, 4], customers=[3, 5, 7])
    assert histories.customers.tolist() == [10, 5]


def test_no_rows_give_no_histories() -> None:
    histories = distinct_histories([], [], [])
    assert (len(histories), histories.customer_count) == (0, 0)


@given(st.lists(rows_of_days(most_repeats=2, most_days=5), min_size=1), st.randoms())
def test_histories_point_back_to_their_rows(rows: list[Row], random: np.random.Generator) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    histories, again = histories_of(rows), histories_of(shuffled)
    columns = np.column_stack([histories.repeats, histories.recency, histories.age])
    assert columns.tobytes() == np.column_stack([again.repeats, again.recency, again.age]).tobytes()
    assert histories.customers.tolist() == again.customers.tolist()
    assert columns[again.row].tolist() == [list(row) for row in shuffled]
    assert len(set(rows)) == len(histories)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ((1, 3.0, 2.9), "0 <= t_x <= T"),
        ((1, -0.1, 2.0), "0 <= t_x <= T"),
        ((0, 1.0, 2.0), "x = 0 exactly when t_x = 0"),
        ((1, 0.0, 2.0), "x = 0 exactly when t_x = 0"),
        ((1.5, 1.0, 2.0), "x is a whole number from 0"),
        ((-1, 1.0, 2.0), "x is a whole number from 0"),
        ((1, float("nan"), 2.0), "x, t_x, T and customers are finite numbers"),
        ((1, 1.0, float("inf")), "x, t_x, T and customers are finite numbers"),
    ],
)
def test_a_broken_rule_counts_its_rows(row: tuple[float, float, float], rule: str) -> None:
    x, t_x, age = zip((0, 0.0, 0.0), row, (1, 2.0, 2.0), row, strict=True)
    with pytest.raises(ValueError, match=f"^2 of 4 rows break the rule: {rule}$"):
        distinct_histories(x, t_x, age)


@pytest.mark.parametrize("customers", [0, -1, 1.5])
def test_customers_are_counts(customers: float) -> None:
    with pytest.raises(ValueError, match="1 of 1 rows break the rule: customers is a whole number"):
        distinct_histories([0], [0], [1], customers=[customers])
    with pytest.raises(ValueError, match="1 of 1 rows break the rule: customers is a whole number"):
        distinct_spending([1], [1], customers=[customers])


def test_columns_have_one_length() -> None:
    with pytest.raises(ValueError, match="must have the same length"):
        distinct_histories([0, 0], [0], [1])
    with pytest.raises(ValueError, match="must have the same length"):
        distinct_spending([0, 0], [0])


@pytest.mark.parametrize(
    ("repeats", "spend", "rule"),
    [
        (1, -1, "mean spend is from 0"),
        (0, 5, "mean spend is 0 where x = 0"),
        (1, float("nan"), "x, mean spend and customers are finite numbers"),
        (0.5, 1, "x is a whole number from 0"),
    ],
)
def test_a_broken_rule_of_spending_is_named(repeats: float, spend: float, rule: str) -> None:
    with pytest.raises(ValueError, match=f"^1 of 2 rows break the rule: {rule}$"):
        distinct_spending([1, repeats], [2, spend])
