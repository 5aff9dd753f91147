"""Results of campaigns: published examples, scipy, and campaigns whose effect is known."""

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import norm, ttest_ind

from customer_segmentation.audience_results import (
    SCHEMA,
    Amounts,
    amount_difference,
    audience_results,
    needed_customers,
    share_difference,
)


def days(rows: list[tuple[bool, float, float, int]], audience: str = "a") -> pa.Table:
    return pa.table(
        {
            "audience": pa.array([audience for _ in rows], pa.string()),
            "is_holdout": pa.array([held for held, *_ in rows], pa.bool_()),
            "net_amount": pa.array([after for _, after, *_ in rows], pa.float64()),
            "net_amount_before": pa.array([before for *_, before, _ in rows], pa.float64()),
            "customers": pa.array([number for *_, number in rows], pa.int64()),
        }
    )


def result(rows: list[tuple[bool, float, float, int]], least: int = 10) -> dict[str, Any]:
    found = audience_results(days(rows), ["a"], least=least, lift=0.05)
    assert found.schema == SCHEMA
    row: dict[str, Any]
    [row] = found.to_pylist()
    return row


def bought(contacted: tuple[int, int], held_out: tuple[int, int]) -> dict[str, Any]:
    """Buyers and others of both groups; each buyer pays 10."""
    rows = []
    for held, (buyers, others) in ((False, contacted), (True, held_out)):
        rows += [(held, 10.0, 0.0, buyers), (held, 0.0, 0.0, others)]
    return result([row for row in rows if row[-1]])


@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        # Newcombe (1998), table II, method 10.
        ((56, 70, 48, 80), ("0.0524", "0.3339")),
        ((9, 10, 3, 10), ("0.1705", "0.8090")),
        ((10, 10, 0, 10), ("0.6075", "1.0000")),
    ],
)
def test_intervals_of_shares_are_those_of_the_paper(
    counts: tuple[int, int, int, int], interval: tuple[str, str]
) -> None:
    low, high = share_difference(*counts)
    assert (f"{low:.4f}", f"{high:.4f}") == interval


def test_needed_customers_find_the_lift_with_the_power_that_is_said() -> None:
    """Without the correction, 10 % against 15 % needs 686 in each group."""
    contacted, held_out = needed_customers(0.1, 0.05, 1)
    assert contacted == held_out == 726
    # A small group costs customers.
    many, few = needed_customers(0.1, 0.05, 9)
    assert few < held_out < many
    assert many + few > 2 * held_out
    # The power of the test of shares, without a simulation.
    spread = math.sqrt((0.1 * 0.9 + 0.15 * 0.85) / held_out)
    assert 0.8 < norm.cdf(0.05 / spread - norm.ppf(0.975)) < 0.84


def test_without_earlier_purchases_the_interval_is_that_of_welch() -> None:
    random = np.random.default_rng(1)
    one, other = random.gamma(1, 30, 80).round(2), random.gamma(1, 20, 50).round(2)
    groups = [
        Amounts(values, np.zeros(len(values)), np.ones(len(values), dtype=np.int64))
        for values in (one, other)
    ]
    difference, interval, correlation = amount_difference(*groups)
    expected = ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert difference == pytest.approx(one.mean() - other.mean())
    assert interval == pytest.approx((expected.low, expected.high))
    assert correlation == 0


def test_earlier_purchases_narrow_the_interval_and_keep_the_effect() -> None:
    """With a correlation of r, the variance is 1 - r^2 of what it was."""
    random = np.random.default_rng(2)
    before = random.gamma(2, 50, 2000)
    after, one = before + random.normal(0, 30, 2000), np.ones(2000, dtype=np.int64)

    def width(earlier: np.ndarray) -> tuple[float, float]:
        groups = Amounts(after + 5, earlier, one), Amounts(after, earlier, one)
        difference, (low, high), correlation = amount_difference(*groups)
        assert difference == pytest.approx(5)
        return high - low, correlation

    (narrow, correlation), (wide, _) = width(before), width(np.zeros(2000))
    assert (narrow / wide) ** 2 == pytest.approx(1 - correlation**2)
    assert correlation > 0.9


def test_one_row_with_many_customers_is_many_rows() -> None:
    rows = [
        (held, float(amount), float(amount % 3), 4)
        for held in (True, False)
        for amount in range(20)
    ]
    once = [(*row[:3], 1) for row in rows for _ in range(4)]
    assert result(rows) == pytest.approx(result(once), nan_ok=True)


@pytest.mark.parametrize(
    ("contacted", "held_out", "verdict"),
    [
        ((200, 800), (100, 900), "works"),
        ((100, 900), (200, 800), "harms"),
        ((100, 900), (100, 900), "no_effect"),
        ((20, 180), (20, 180), "too_few"),
        ((10, 0), (9, 0), "too_few"),
        ((1000, 0), (1000, 0), "no_effect"),
    ],
)
def test_verdict_follows_the_interval_and_the_number_of_customers(
    contacted: tuple[int, int], held_out: tuple[int, int], verdict: str
) -> None:
    assert bought(contacted, held_out)["verdict"] == verdict


def test_a_group_below_the_minimum_has_no_figures() -> None:
    row = bought((10, 90), (5, 4))
    assert (row["contacted"], row["held_out"]) == (100, 9)
    assert all(row[name] is None for name in SCHEMA.names[3:-2])
    assert row["message"] == "fewer than 10 customers in a group with a complete window"
    assert bought((10, 90), (0, 0))["message"] == "nobody was held out"


def test_amounts_of_few_buyers_are_hidden() -> None:
    row = bought((9, 91), (10, 90))
    assert row["contacted_share"] == 0.09
    assert row["amount_lift"] is row["contacted_amount"] is row["held_out_amount"] is None
    assert bought((10, 90), (10, 90))["held_out_amount"] == pytest.approx(1)
    # Without buyers there is nothing to hide, and no spread.
    nobody = bought((0, 100), (0, 100))
    assert (nobody["amount_lift"], nobody["amount_low"]) == (0, None)


def test_an_audience_without_contacts_has_a_row() -> None:
    rows = audience_results(days([]), ["b", "a"], least=10, lift=0.05).to_pylist()
    assert [(row["audience"], row["verdict"]) for row in rows] == [
        ("a", "too_few"),
        ("b", "too_few"),
    ]


def found(random: np.random.Generator, share: float, size: int, runs: int) -> tuple[float, float]:
    """The shares of simulated campaigns that are said to work, and to harm."""
    verdicts = []
    for _ in range(runs):
        buyers, held_out = random.binomial(size, share), random.binomial(size, 0.1)
        low, high = share_difference(buyers, size, held_out, size)
        verdicts.append((low > 0, high < 0))
    works, harms = np.mean(verdicts, axis=0)
    return float(works), float(harms)


def test_a_campaign_without_effect_is_rarely_said_to_have_one() -> None:
    works, harms = found(np.random.default_rng(3), 0.1, 726, 4000)
    assert 0.04 < works + harms < 0.06


def test_a_lift_of_five_points_is_found_by_the_needed_customers() -> None:
    works, harms = found(np.random.default_rng(4), 0.15, needed_customers(0.1, 0.05, 1)[0], 4000)
    assert works > 0.8
    assert harms == 0


def test_amounts_without_an_effect_are_rarely_said_to_differ() -> None:
    """Most customers pay nothing; what they pay depends on what they paid before."""
    random = np.random.default_rng(5)
    misses = 0
    for _ in range(1000):
        before = random.gamma(1, 40, 600) * (random.random(600) < 0.4)
        after = (before + random.gamma(1, 30, 600)) * (random.random(600) < 0.2)
        one = np.ones(400, dtype=np.int64), np.ones(200, dtype=np.int64)
        _, (low, high), _ = amount_difference(
            Amounts(after[:400], before[:400], one[0]), Amounts(after[400:], before[400:], one[1])
        )
        misses += not low <= 0 <= high
    assert 0.035 < misses / 1000 < 0.065
