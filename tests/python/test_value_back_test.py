"""Measures of a back-test agree with a calculation customer by customer."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr

from customer_segmentation.value.back_test import (
    BackTest,
    back_test,
    correlation,
    naive_purchases,
    spend_frequency_correlation,
)

# Actual, predicted and naive purchases, and customers; few values, so that many are equal.
ROWS = st.lists(
    st.tuples(
        st.integers(0, 4), st.sampled_from([0.0, 0.1, 0.3, 2.5]), st.floats(0, 5), st.integers(1, 4)
    ),
    min_size=1,
    max_size=40,
)
Rows = list[tuple[int, float, float, int]]


def measured(rows: Rows) -> BackTest:
    actual, predicted, naive, customers = zip(*rows, strict=True)
    return back_test(actual, predicted, naive, customers)


def one_by_one(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    actual, predicted, naive, customers = (np.array(column) for column in zip(*rows, strict=True))
    return tuple(np.repeat(column, customers) for column in (actual, predicted, naive))  # type: ignore[return-value]


def test_a_small_back_test_by_hand() -> None:
    found = back_test(
        actual=[9, 4, 2, 2, 1, 1, 1, 0, 0, 0],
        predicted=[5.0, 6.0, 3.0, 2.5, 1.5, 1.2, 0.4, 0.2, 0.1, 0.1],
        naive=[8, 8, 2, 2, 2, 2, 0, 0, 0, 0],
    )
    assert (found.customers, found.actual_purchases, found.aggregate_error) == (10, 20, 0)
    assert found.mean_absolute_error == pytest.approx(0.92)
    assert found.naive_absolute_error == pytest.approx(0.8)
    assert found.decile_lift == pytest.approx((2, 4.5, 1, 1, 0.5, 0.5, 0.5, 0, 0, 0))
    assert found.top_decile_capture == pytest.approx(0.2)


def test_customers_on_a_border_count_in_parts() -> None:
    # 15 customers: a decile is 1.5; the first three share a forecast and 12 purchases.
    found = back_test(actual=[12, 0, 3], predicted=[2, 2, 1], naive=[0, 0, 0], customers=[1, 2, 12])
    assert found.actual_purchases == 48
    assert found.decile_lift == pytest.approx((10 * 6 / 48, 10 * 6 / 48, *([10 * 4.5 / 48] * 8)))


@given(ROWS)
def test_counts_agree_with_single_customers(rows: Rows) -> None:
    found = measured(rows)
    actual, predicted, naive = one_by_one(rows)
    assert found.customers == len(actual)
    assert found.actual_purchases == actual.sum()
    assert found.mean_absolute_error == pytest.approx(np.abs(predicted - actual).mean())
    assert found.naive_absolute_error == pytest.approx(np.abs(naive - actual).mean())
    if actual.sum():
        assert found.aggregate_error == pytest.approx(predicted.sum() / actual.sum() - 1)
    else:
        assert found.aggregate_error is None
    if np.ptp(actual) and np.ptp(predicted):
        expected = spearmanr(actual, predicted).statistic
        assert found.rank_correlation == pytest.approx(expected, abs=1e-12)
    else:
        assert found.rank_correlation is None


@given(ROWS)
def test_lifts_are_means_over_all_orders_of_ties(rows: Rows) -> None:
    found = measured(rows)
    actual, predicted, _ = one_by_one(rows)
    if not actual.sum():
        assert found.decile_lift is None
        assert found.top_decile_capture is None
        return
    # Every customer ten times, so that no decile splits one; ties have their mean.
    tied = np.array([actual[predicted == value].mean() for value in predicted])
    ordered = np.repeat(tied[np.argsort(-predicted, kind="stable")], 10).reshape(10, -1)
    assert found.decile_lift == pytest.approx(tuple(ordered.mean(axis=1) / actual.mean()))
    assert found.top_decile_capture == pytest.approx(ordered[0].sum() / actual.sum() / 10)


@given(ROWS, st.randoms())
def test_row_order_changes_no_measure(rows: Rows, shuffle: random.Random) -> None:
    shuffled = list(rows)
    shuffle.shuffle(shuffled)
    assert measured(shuffled) == measured(rows)


def test_without_customers_or_purchases_measures_are_none() -> None:
    nobody = back_test([], [], [])
    assert nobody == BackTest(0, 0, None, None, None, None, None, None)
    nothing = back_test([0, 0], [0.5, 1], [0, 0])
    assert (nothing.aggregate_error, nothing.rank_correlation) == (None, None)
    assert (nothing.decile_lift, nothing.top_decile_capture) == (None, None)
    assert nothing.mean_absolute_error == 0.75


def test_naive_purchases_continue_the_past_rate() -> None:
    found = naive_purchases(np.array([4.0, 0.0, 0.0]), np.array([8.0, 5.0, 0.0]), weeks=12)
    assert found.tolist() == [6, 0, 0]


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.floats(1, 99), st.integers(1, 4)), min_size=2, max_size=30
    )
)
def test_the_correlation_leaves_out_unpaid_orders(rows: list[tuple[int, float, int]]) -> None:
    x, spend, customers = (np.array(column, float) for column in zip(*rows, strict=True))
    found = spend_frequency_correlation(
        np.append(x, [0, 7]), np.append(spend, [0, 0]), np.append(customers, [50, 50])
    )
    if np.ptp(x) == 0 or np.ptp(spend) == 0:
        assert found is None
        return
    times = customers.astype(int)
    expected = pearsonr(np.repeat(x, times), np.repeat(spend, times)).statistic
    assert found == pytest.approx(expected, abs=1e-9)


def test_a_correlation_is_within_its_bounds() -> None:
    values = np.array([0.1, 0.2, 0.3])
    assert correlation(values, 3 * values, np.ones(3)) == pytest.approx(1)
    assert correlation(values, -values, np.ones(3)) == pytest.approx(-1)


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_purchases_are_finite_and_not_negative(bad: float) -> None:
    for columns in (([bad, 1], [1, 1], [1, 1]), ([1, 1], [bad, 1], [1, 1])):
        with pytest.raises(ValueError, match="1 of 2 rows break the rule: purchases are finite"):
            back_test(*columns)


def test_columns_have_one_length_and_customers_are_counts() -> None:
    with pytest.raises(ValueError, match="the columns must have the same length"):
        back_test([1, 2], [1], [1, 2])
    with pytest.raises(ValueError, match="1 of 1 rows break the rule: customers is a whole"):
        back_test([1], [1], [1], customers=[0])
