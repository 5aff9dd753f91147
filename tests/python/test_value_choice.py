"""The candidate with the smallest error makes the forecast, or there is none."""

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from value_data import assert_slopes, random_rows

from customer_segmentation.value.back_test import BackTest, separation
from customer_segmentation.value.beta_geometric import BgNbd
from customer_segmentation.value.choice import Candidate, Outcome, choose
from customer_segmentation.value.forecast import forecast_purchases
from customer_segmentation.value.histories import distinct_histories
from customer_segmentation.value.past_rate import PastRate, fit_past_rate
from customer_segmentation.value.tables import (
    PURCHASE_MODELS,
    alive_measures,
    back_test_rows,
    chosen_model,
    fit_parameters,
    forecast_calibration,
    forecast_histories,
)

DAYS, LATER_DAYS = 728, 182

Rows = dict[str, dict[str, Any]]


def candidate(
    model: str, error: float, aggregate: float | None = 0.0, naive: float = 0.5
) -> Candidate:
    measures = BackTest(100, 50.0, aggregate, error, naive, 0.4, None, 0.3)
    return Candidate(model, None, None, "converged", measures)


def outcomes(candidates: list[Candidate], wanted: str = "auto") -> list[tuple[str, str | None]]:
    return [(one.outcome.value, one.reason) for one in choose(candidates, wanted, most_error=0.2)]


def test_the_smallest_error_makes_the_forecast() -> None:
    assert outcomes([candidate("a", 0.41), candidate("b", 0.4), candidate("c", 0.42)]) == [
        ("not_chosen", None),
        ("chosen", None),
        ("not_chosen", None),
    ]


def test_the_first_of_equal_errors_is_taken() -> None:
    assert outcomes([candidate("a", 0.4), candidate("b", 0.4)])[0] == ("chosen", None)
    assert outcomes([candidate("b", 0.4), candidate("a", 0.4)])[0] == ("chosen", None)


@pytest.mark.parametrize("aggregate", [0.2001, -0.2001])
def test_a_candidate_over_the_limit_is_excluded(aggregate: float) -> None:
    assert outcomes([candidate("a", 0.1, aggregate), candidate("b", 0.4, 0.2)]) == [
        ("not_chosen", "failed_back_test"),
        ("chosen", None),
    ]


def test_a_candidate_worse_than_the_past_rate_is_excluded() -> None:
    assert outcomes([candidate("a", 0.5)]) == [("chosen", None)]
    assert outcomes([candidate("a", 0.5001)]) == [("withheld", "worse_than_past_rate")]


def test_without_a_good_candidate_the_best_has_the_reason() -> None:
    candidates = [candidate("a", 0.7), candidate("b", 0.4, 0.3), candidate("c", 0.6)]
    assert outcomes(candidates) == [
        ("not_chosen", "worse_than_past_rate"),
        ("withheld", "failed_back_test"),
        ("not_chosen", "worse_than_past_rate"),
    ]
    message = choose(candidates, "auto", 0.2)[1].message
    assert message.startswith("the forecast was 30.0 % off: not published")


@pytest.mark.parametrize(
    ("error", "aggregate", "expected"),
    [
        (0.45, 0.1, ("chosen", None)),
        (0.45, 0.21, ("withheld", "failed_back_test")),
        (0.55, 0.1, ("withheld", "worse_than_past_rate")),
        (0.45, None, ("withheld", "nothing_to_compare")),
    ],
)
def test_a_named_model_makes_the_forecast_or_none(
    error: float, aggregate: float | None, expected: tuple[str, str | None]
) -> None:
    better = candidate("better", 0.1)
    assert outcomes([better, candidate("named", error, aggregate)], wanted="named") == [
        ("not_chosen", None),
        expected,
    ]


def test_a_tested_candidate_gives_the_reason_before_a_failed_fit() -> None:
    failed = replace(candidate("a", 0.1), calibration_reason="not_converged")
    assert outcomes([failed, candidate("b", 0.4, aggregate=None)]) == [
        ("not_chosen", "not_converged"),
        ("withheld", "nothing_to_compare"),
    ]


def test_a_fit_at_a_limit_is_excluded() -> None:
    tested = candidate("a", 0.1)
    message = "the search ran off to the limit of a"
    for failed in (
        replace(tested, fit_reason="not_converged", fit_message=message),
        replace(tested, calibration_reason="not_converged", measures=None, fit_message=message),
    ):
        assert outcomes([failed, candidate("b", 0.4)]) == [
            ("not_chosen", "not_converged"),
            ("chosen", None),
        ]
        (alone,) = choose([failed], "auto", 0.2)
        assert (alone.outcome, alone.reason) == (Outcome.WITHHELD, "not_converged")
        assert alone.message == f"cannot be tested, {message}: not published"


@pytest.mark.parametrize("reason", ["nobody_repeats", "one_customer", "no_customers", None])
def test_a_shop_too_young_for_a_back_test_has_an_untested_forecast(reason: str | None) -> None:
    young = Candidate("a", None, reason, "", None)
    failed = replace(young, fit_reason="not_converged")
    assert outcomes([failed, young, replace(young, model="b")]) == [
        ("not_chosen", "not_converged"),
        ("chosen_untested", None),
        ("not_chosen", None),
    ]


def test_uninformative_purchases_have_a_reason() -> None:
    nothing = Candidate("a", "nobody_repeats", "nobody_repeats", "nobody bought twice", None)
    (decision,) = choose([nothing], "auto", 0.2)
    assert (decision.outcome, decision.reason, decision.message) == (
        Outcome.NOT_ESTIMABLE,
        "nobody_repeats",
        "no forecast: nobody bought twice",
    )


@cache
def shop(model: str, count: int = 3000, seed: int = 1) -> pd.DataFrame:
    """Customers of two years who follow a model: rows of int_purchase_histories.

    The mean rate is one purchase in ten weeks; purchases are on whole days. By chance, the sum of
    all later purchases varies by about 5 %.
    """
    generator = np.random.default_rng(seed)
    first = generator.integers(0, DAYS - 30, count)
    rate = generator.gamma(0.6, 1 / 6.0, count) / 7
    leaves = generator.beta(0.8, 2.4, count)
    lifetime = generator.exponential(1, count) / generator.gamma(0.7, 1 / 80.0, count)
    days = []
    for number in range(count):
        day, bought = float(first[number]), [int(first[number])]
        is_alive = model != "mbg_nbd" or generator.random() >= leaves[number]
        while is_alive:
            day += generator.exponential(1 / max(rate[number], 1e-9))
            if day > DAYS or (model == "pareto_nbd" and day > first[number] + lifetime[number]):
                break
            bought.append(int(day))
            is_alive = model not in ("bg_nbd", "mbg_nbd") or generator.random() >= leaves[number]
        days.append(np.unique(bought))
    return histories_of_days(days)


def histories_of_days(days: list[Any]) -> pd.DataFrame:
    rows = []
    for period, later_days in (("all", 0), ("calibration", LATER_DAYS)):
        end = DAYS - later_days
        for bought in days:
            if bought[0] <= end:
                known = bought[bought <= end]
                repeats, later = len(known) - 1, len(bought) - len(known)
                days_known = (int(known[-1] - known[0]), int(end - known[0]))
                rows.append((period, repeats, *days_known, 20.0 * repeats, later_days, later))
    columns = ["period", "repeats", "recency_days", "age_days", "repeat_net_amount"]
    return pd.DataFrame(rows, columns=[*columns, "later_days", "later_purchases"])


def compared(
    customers: pd.DataFrame, wanted: str = "auto", least_auc: float = 0.7
) -> tuple[Rows, pd.DataFrame]:
    """The rows of the back-test by model, and the parameters."""
    parameters = fit_parameters(customers, "2024-06-30").to_pandas()
    histories = customers.value_counts(dropna=False).reset_index(name="customers")
    purchases = forecast_calibration(histories, parameters)
    assert purchases["probability_alive"].dropna().between(0, 1).all()
    fitted = customers[customers["period"] == "all"]
    rows = back_test_rows(purchases, fitted, parameters, wanted, 20, least_auc)
    return {row["model"]: row for row in rows.to_pylist()}, parameters


def of_the_run(rows: Rows) -> dict[str, Any]:
    """The chosen candidate, or the one with the reason for no choice."""
    (row,) = (row for row in rows.values() if row["outcome"] != "not_chosen")
    return row


@pytest.mark.parametrize("model", PURCHASE_MODELS)
def test_the_true_model_is_among_the_best(model: str) -> None:
    rows, _ = compared(shop(model))
    made, chosen = rows[model], of_the_run(rows)
    assert made["reason"] is None
    assert abs(made["aggregate_error"]) < 0.1
    assert chosen["outcome"] == "chosen"
    assert chosen["mean_absolute_error"] == min(
        row["mean_absolute_error"] for row in rows.values() if row["reason"] is None
    )
    assert chosen["mean_absolute_error"] <= made["naive_absolute_error"]
    # Another candidate may only be better by noise.
    assert made["mean_absolute_error"] < 1.02 * chosen["mean_absolute_error"]


def test_the_past_rate_wins_only_if_nobody_leaves() -> None:
    row = of_the_run(compared(shop("past_rate"), wanted="past_rate")[0])
    assert (row["outcome"], row["reason"], row["shows_alive"]) == ("chosen", None, False)
    assert (row["alive_auc"], row["alive_p_value"]) == (None, None)
    row = of_the_run(compared(shop("mbg_nbd"), wanted="past_rate")[0])
    assert (row["outcome"], row["reason"]) == ("withheld", "failed_back_test")


def test_a_dead_shop_has_no_forecast() -> None:
    rows, _ = compared(shop("mbg_nbd", count=600).assign(later_purchases=0))
    assert of_the_run(rows)["outcome"] == "withheld"
    assert of_the_run(rows)["reason"] == "nothing_to_compare"
    assert {row["reason"] for row in rows.values()} <= {"nothing_to_compare", "not_converged"}


def test_a_calibration_at_a_limit_is_excluded() -> None:
    # All customers buy equally often and nobody leaves: they do not differ.
    days = [np.arange(first, DAYS, 14) for first in range(0, 300, 3)]
    rows, _ = compared(histories_of_days(days))
    assert {row["reason"] for row in rows.values()} == {"not_converged"}
    assert of_the_run(rows)["outcome"] == "withheld"
    assert of_the_run(rows)["message"].startswith("cannot be tested, ")


def test_a_calibration_without_repeats_is_too_young() -> None:
    generator = np.random.default_rng(9)
    days = [
        np.unique([first, *generator.integers(DAYS - LATER_DAYS + 1, DAYS, again)])
        for first, again in enumerate(generator.poisson(generator.gamma(0.5, 2, 500)))
    ]
    rows, parameters = compared(histories_of_days(days))
    has_model = parameters["not_estimable_reason"].isna() & (parameters["period"] == "all")
    fitted = set(parameters[has_model]["model"])
    chosen = of_the_run(rows)
    assert chosen["outcome"] == "chosen_untested"
    assert chosen["model"] == next(model for model in PURCHASE_MODELS if model in fitted)
    assert {row["mean_absolute_error"] for row in rows.values()} == {None}
    assert not any(row["shows_alive"] for row in rows.values())


def test_equal_histories_have_equal_forecasts() -> None:
    customers = shop("mbg_nbd", count=400)
    parameters = fit_parameters(customers, "2024-06-30").to_pandas()
    keys = ["repeats", "recency_days", "age_days"]
    row = {"repeats": 1, "recency_days": 50, "age_days": 90, "later_days": LATER_DAYS}
    histories = pd.DataFrame(
        [
            {**row, "period": "calibration", "later_purchases": 2, "customers": 2},
            {**row, "period": "calibration", "later_purchases": 0, "customers": 1},
            {**row, "period": "calibration", "later_purchases": 2, "customers": 1, "repeats": 2},
            {**row, "period": "all", "later_purchases": 0, "customers": 9},
        ]
    )
    forecasts = forecast_calibration(histories, parameters)
    assert set(forecasts["model"]) == set(PURCHASE_MODELS)
    for model, rows in forecasts.groupby("model"):
        assert rows[[*keys, "later_purchases", "customers"]].to_numpy().tolist() == [
            [1, 50, 90, 2, 2],
            [1, 50, 90, 0, 1],
            [2, 50, 90, 2, 1],
        ]
        expected = rows["expected_later_purchases"].tolist()
        assert expected[0] == expected[1] < expected[2]
        assert rows["probability_alive"].isna().all() == (model == "past_rate")


def test_the_order_of_rows_changes_no_bit() -> None:
    customers = shop("mbg_nbd", count=400)
    assert compared(customers)[0] == compared(customers.sample(frac=1, random_state=2))[0]


def test_the_chosen_candidate_forecasts_each_history() -> None:
    customers = shop("mbg_nbd", count=400)
    rows, parameters = compared(customers)
    chosen = chosen_model(pd.DataFrame(rows.values()))
    assert chosen == of_the_run(rows)["model"]
    histories = customers[["period", "repeats", "recency_days", "age_days"]].drop_duplicates()
    forecasts = forecast_histories(histories, parameters, chosen, 0.1)
    assert forecasts.num_rows == int((histories["period"] == "all").sum())
    rows[chosen]["outcome"] = "withheld"
    assert chosen_model(pd.DataFrame(rows.values())) is None
    assert forecast_histories(histories, parameters, None, 0.1).num_rows == 0


def test_a_useful_probability_of_being_alive_is_shown() -> None:
    customers = shop("mbg_nbd")
    rows, _ = compared(customers)
    chosen = of_the_run(rows)
    assert {model for model, row in rows.items() if row["shows_alive"]} == {chosen["model"]}
    auc = chosen["alive_auc"]
    assert of_the_run(compared(customers, least_auc=auc)[0])["shows_alive"]
    assert not of_the_run(compared(customers, least_auc=auc + 1e-9)[0])["shows_alive"]


def test_an_auc_by_chance_hides_the_probability() -> None:
    tested = pd.DataFrame(
        {
            "repeats": [1, 1, 1],
            "probability_alive": [0.9, 0.5, 0.4],
            "later_purchases": [1, 0, 0],
            "customers": [1, 1, 1],
        }
    )
    few = alive_measures(tested, "mbg_nbd", 0.7)
    assert (few["alive_auc"], few["shows_alive"]) == (1, False)
    assert few["alive_p_value"] > 0.05
    many = alive_measures(tested.assign(customers=5), "mbg_nbd", 0.7)
    assert (many["alive_auc"], many["shows_alive"]) == (1, True)


def test_bg_nbd_excludes_one_time_buyers_from_the_auc() -> None:
    tested = pd.DataFrame(
        {
            "repeats": [0, 1, 1],
            "probability_alive": [1.0, 0.9, 0.4],
            "later_purchases": [0, 1, 0],
            "customers": [50, 20, 20],
        }
    )
    assert alive_measures(tested, "bg_nbd", 0.7)["alive_auc"] == 1
    assert alive_measures(tested, "mbg_nbd", 0.7)["alive_auc"] < 0.5


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.2, 0.5, 1.0]), st.booleans(), st.integers(1, 4)),
        min_size=1,
        max_size=30,
    )
)
def test_separation_is_the_test_of_mann_and_whitney(rows: list[tuple[float, bool, int]]) -> None:
    scores, active, customers = (np.array(column) for column in zip(*rows, strict=True))
    found = separation(scores, active, customers.astype(float))
    everybody, is_active = np.repeat(scores, customers), np.repeat(active, customers)
    first, second = everybody[is_active], everybody[~is_active]
    if not len(first) or not len(second) or np.ptp(everybody) == 0:
        assert (found.auc, found.p_value) == (0.5, 1.0)
        return
    wins = (first[:, None] > second).sum() + (first[:, None] == second).sum() / 2
    assert found.auc == pytest.approx(wins / (len(first) * len(second)))
    theirs = mannwhitneyu(
        first, second, alternative="greater", method="asymptotic", use_continuity=False
    )
    assert found.p_value == pytest.approx(theirs.pvalue)


def test_the_shrunk_rate_is_between_own_rate_and_mean() -> None:
    model = PastRate(r=0.5, alpha=10.0)
    histories = distinct_histories([0, 0, 4, 4], [0, 0, 9, 9], [0, 50, 10, 40])
    per_week = model.expected_purchases(histories, 1.0)
    assert per_week == pytest.approx([0.5 / 10, 0.5 / 60, 4.5 / 20, 4.5 / 50])
    # No history gives the mean; longer histories are nearer to the own rate.
    own, mean = np.array([0, 0.4, 0.1]), 0.05
    assert np.all((per_week[1:] - own) * (per_week[1:] - mean) < 0)
    assert model.purchase_curve(histories)(2.0) == pytest.approx(2 * per_week)
    with pytest.raises(ValueError, match="weeks must be at least 0"):
        model.expected_purchases(histories, -1.0)


def test_the_shrunk_rate_is_discounted_month_by_month() -> None:
    model = PastRate(r=0.5, alpha=10.0)
    histories = distinct_histories([4], [9], [10])
    (forecast,) = forecast_purchases(model, histories, (90,), annual_rate=0.1)
    month = 4.5 / 20 * 30 / 7
    assert forecast.purchases == pytest.approx([3 * month])
    assert forecast.discounted == pytest.approx(
        [month * sum(1.1 ** (-days / 365) for days in (30, 60, 90))]
    )
    assert np.isnan(model.probability_alive(histories)).all()


def test_the_past_rate_is_bg_nbd_without_leaving() -> None:
    histories = distinct_histories(*random_rows(300, seed=5).T)
    found = PastRate(0.6, 9.0).log_likelihood(histories)
    nobody_leaves = BgNbd(0.6, 9.0, 1e-12, 1.0).log_likelihood(histories)
    np.testing.assert_allclose(found, nobody_leaves, rtol=1e-9)


def test_slopes_of_the_past_rate_match_its_likelihood() -> None:
    x, t_x, age = random_rows(300, seed=6).T
    histories = distinct_histories(x, t_x, age, customers=1 + np.arange(300) % 3)
    model = PastRate(0.6, 9.0)
    assert_slopes(model, histories, "r", "alpha")


def test_a_fit_of_the_past_rate_finds_true_parameters() -> None:
    generator = np.random.default_rng(8)
    age = generator.uniform(10, 80, 4000)
    x = generator.poisson(generator.gamma(0.6, 1 / 9.0, 4000) * age)
    found = fit_past_rate(distinct_histories(x, np.where(x > 0, age / 2, 0), age))
    for name, true in (("r", 0.6), ("alpha", 9.0)):
        parameter, error = found.parameters[name], found.standard_errors[name]
        assert math.isfinite(error)
        assert abs(parameter - true) < 4 * error
