"""Uninformative data give a reason, never a crash, a warning or a silent number."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from value_data import Row, histories_of, rows_of_days

from customer_segmentation.value.beta_geometric import fit_bg_nbd, fit_mbg_nbd
from customer_segmentation.value.fitting import Fit, NotEstimable
from customer_segmentation.value.gamma_gamma import GammaGamma, distinct_spending, fit_gamma_gamma
from customer_segmentation.value.histories import Histories
from customer_segmentation.value.models import PurchaseModel
from customer_segmentation.value.pareto_nbd import fit_pareto_nbd
from customer_segmentation.value.past_rate import fit_past_rate

pytestmark = pytest.mark.filterwarnings("error")

PurchaseFit = Callable[[Histories], Fit[PurchaseModel]]
FITS: list[PurchaseFit] = [fit_bg_nbd, fit_mbg_nbd, fit_pareto_nbd, fit_past_rate]


def assert_says_why_or_how(fit: Fit[Any]) -> None:
    """Asserts a model with finite figures, or a reason without a model."""
    assert fit.message
    if fit.model is None:
        assert fit.reason in NotEstimable
        assert not fit.standard_errors or fit.reason is NotEstimable.INFINITE_MEAN_SPEND
        return
    assert fit.reason is None
    assert fit.converged
    assert fit.log_likelihood is not None
    figures = [*fit.parameters.values(), *fit.standard_errors.values()]
    assert all(math.isfinite(figure) and figure > 0 for figure in figures)
    assert math.isfinite(fit.log_likelihood)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("rows", "reason", "customers"),
    [
        ([], "no_customers", 0),
        ([(3, 5.0, 9.0)], "one_customer", 1),
        ([(0, 0.0, 0.0)] * 5, "no_time_passed", 5),
        ([(0, 0.0, 4.0), (0, 0.0, 9.0), (0, 0.0, 9.0)], "nobody_repeats", 3),
    ],
)
def test_no_data_has_a_reason(
    fit: PurchaseFit, rows: list[Row], reason: str, customers: int
) -> None:
    found = fit(histories_of(rows))
    assert (found.reason, found.customers) == (reason, customers)
    assert (found.model, found.log_likelihood, found.converged) == (None, None, False)
    assert not found.parameters
    assert not found.standard_errors
    assert found.message


@pytest.mark.parametrize("fit", FITS)
def test_equal_customers_have_no_model(fit: PurchaseFit) -> None:
    found = fit(histories_of([(3, 8.0, 9.0)] * 50))
    assert found.reason == "not_converged"
    assert found.model is None
    assert not found.converged
    # The last values of the search are kept.
    assert set(found.parameters) >= {"r", "alpha"}


def test_a_parameter_at_a_limit_is_named() -> None:
    # All customers buy until today: nobody leaves.
    generator = np.random.default_rng(1)
    bought = generator.poisson(generator.gamma(1.0, 5.0, 300)) + 1
    found = fit_bg_nbd(histories_of([(int(x), 52.0, 52.0) for x in bought]))
    assert found.reason == "not_converged"
    assert "the limit of" in found.message


@pytest.mark.parametrize("fit", FITS)
@settings(max_examples=8, deadline=None)
@given(rows=st.lists(rows_of_days(most_repeats=5, most_days=60), max_size=6))
def test_few_customers_give_a_model_or_a_reason(fit: PurchaseFit, rows: list[Row]) -> None:
    assert_says_why_or_how(fit(histories_of(rows)))


@pytest.mark.parametrize(
    ("repeats", "spend", "reason"),
    [
        ([], [], "no_customers"),
        ([0, 0], [0, 0], "nobody_repeats"),
        ([0, 2, 3], [0, 0, 0], "no_spend"),
        ([0, 2, 3], [0, 8, 0], "one_customer"),
        ([1, 2, 3] * 20, [10] * 60, "not_converged"),
    ],
)
def test_useless_spend_has_a_reason(repeats: list[int], spend: list[float], reason: str) -> None:
    found = fit_gamma_gamma(distinct_spending(repeats, spend))
    assert (found.reason, found.model, found.converged) == (reason, None, False)
    assert found.message


def test_an_infinite_mean_spend_is_no_model() -> None:
    generator = np.random.default_rng(2)
    x = generator.integers(1, 6, 1500)
    spend = generator.gamma(4.0 * x) / generator.gamma(0.7, 1 / 20, 1500) / x
    found = fit_gamma_gamma(distinct_spending(x, spend))
    assert (found.reason, found.model) == ("infinite_mean_spend", None)
    assert found.parameters["q"] < 1
    with pytest.raises(ValueError, match="the mean over customers is infinite, because q <= 1"):
        GammaGamma(**found.parameters).expected_mean_spend(distinct_spending([1], [5]))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.one_of(st.integers(0, 3), st.floats(0.01, 1e6))), max_size=6
    )
)
def test_few_spenders_give_a_model_or_a_reason(pairs: list[tuple[int, float]]) -> None:
    x, spend = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    assert_says_why_or_how(fit_gamma_gamma(distinct_spending(x, spend)))
