"""The population stability index, compared with its formula and with chance."""

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from customer_segmentation.drift import drift, stability_index


def bins(today: list[int], then: list[int] | None, days: int = 7) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item_kind": "feature",
            "item": "age_years",
            "bin": [f"{number:02}" for number in range(len(today))],
            "as_of_date": date(2024, 6, 30),
            "compared_with": None if then is None else date(2024, 6, 30) - timedelta(days),
            "customers": today,
            "customers_then": then,
        }
    )


def versions(item: str, then: str, today: str, days: int = 7) -> pd.DataFrame:
    as_of_date = date(2024, 6, 30)
    return pd.DataFrame(
        {
            "segmentation": item,
            "logged_on": [as_of_date - timedelta(days), as_of_date],
            "definition_version": [then, today],
        }
    )


SAME = versions("rfm", "v1", "v1")


def verdict(today: list[int], then: list[int] | None, **settings: Any) -> str:
    rows = bins(today, then, settings.pop("days", 7))
    arguments = {"max_days": 35, "is_accepted": False, **settings}
    return str(drift(rows, SAME, **arguments)["verdict"][0])


def test_the_index_agrees_with_the_formula() -> None:
    index, bound = stability_index(np.array([599.5, 399.5]), np.array([499.5, 499.5]))
    assert index == pytest.approx(0.1 * math.log(0.6 / 0.5) - 0.1 * math.log(0.4 / 0.5))
    # 3.841 is the 95th percentile of chi-squared with one degree of freedom.
    assert bound == pytest.approx(2 / 999 * 3.841459)


def test_empty_and_single_bins_have_a_finite_index() -> None:
    assert 0 < stability_index(np.array([0.0, 100.0]), np.array([50.0, 50.0]))[0] < math.inf
    assert stability_index(np.array([100.0]), np.array([50.0])) == (0.0, 0.0)


def test_chance_exceeds_the_bound_one_time_of_twenty() -> None:
    generator = np.random.default_rng(7)
    shares = np.full(10, 0.1)
    exceeded = [
        index > bound
        for index, bound in (
            stability_index(generator.multinomial(800, shares), generator.multinomial(500, shares))
            for _ in range(2000)
        )
    ]
    assert 0.03 < np.mean(exceeded) < 0.07


# 5000 customers each: the bound of chance is .0015.
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ([2500, 2500], "stable"),
        ([3250, 1750], "stable"),  # .0928
        ([3300, 1700], "warn"),  # .106
        ([3650, 1350], "warn"),  # .229
        ([3800, 1200], "fail"),
    ],
)
def test_the_verdict_follows_the_limits(today: list[int], expected: str) -> None:
    index, _ = stability_index(np.array(today, float), np.array([2500.0, 2500.0]))
    limits = {"stable": (0, 0.1), "warn": (0.1, 0.25), "fail": (0.25, 9)}[expected]
    assert limits[0] <= index <= limits[1]
    assert verdict(today, [2500, 2500]) == expected


def test_drift_by_chance_is_stable() -> None:
    assert verdict([9, 3], [5, 7]) == "stable"


def test_an_old_comparison_warns_at_most() -> None:
    assert verdict([4500, 500], [2500, 2500], days=35) == "fail"
    assert verdict([4500, 500], [2500, 2500], days=36) == "warn"


def test_another_definition_warns_at_most() -> None:
    rows = bins([4500, 500], [2500, 2500]).assign(item_kind="segmentation", item="rfm")
    for now, expected in {"v1": "fail", "v2": "warn"}.items():
        days_of_rfm = versions("rfm", "v1", now)
        found = drift(rows, days_of_rfm, max_days=35, is_accepted=False)["verdict"]
        assert found.to_pylist() == [expected]
    # A feature has no definition of its own.
    feature = rows.assign(item_kind="feature")
    found = drift(feature, versions("rfm", "v1", "v2"), max_days=35, is_accepted=False)["verdict"]
    assert found.to_pylist() == ["fail"]
    # A segmentation that the history does not keep has no versions.
    found = drift(rows.assign(item="city"), SAME, max_days=35, is_accepted=False)["verdict"]
    assert found.to_pylist() == ["fail"]


def test_accepted_drift_does_not_fail() -> None:
    assert verdict([4500, 500], [2500, 2500], is_accepted=True) == "accepted"
    assert verdict([3300, 1700], [2500, 2500], is_accepted=True) == "warn"


def test_a_first_day_is_not_compared() -> None:
    assert verdict([4500, 500], None) == "not_compared"
    assert verdict([4500, 500], [0, 0]) == "not_compared"


def test_a_missing_item_warns() -> None:
    assert verdict([0, 0], [4500, 500]) == "warn"


def test_the_order_of_bins_and_items_does_not_matter() -> None:
    rows = pd.concat([bins([5, 6, 9], [7, 7, 1]), bins([1, 2], [2, 1]).assign(item="web")])
    shuffled = rows.sample(frac=1, random_state=3)
    ordered = drift(rows, SAME, max_days=35, is_accepted=False)
    assert drift(shuffled, SAME, max_days=35, is_accepted=False).equals(ordered)
