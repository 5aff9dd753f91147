"""The package lifetimes has the same results on 1,000 random histories and on CDNOW.

The package writes expectations as 1 minus a hypergeometric function, and the integral of Pareto/NBD
as a difference of two. In the range of the tests (up to about 80 purchases in 150 weeks, a and s
not at 1) none overflows, and no difference loses more than 5 of the 15 digits. For other cases
(several hundred purchases, a or s at 1) test_value_models compares with integrals.
"""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from project import SHARED_DATA, needs_data
from value_data import BG, MBG, PARETO, random_rows

from customer_segmentation.value.beta_geometric import BgNbd, MbgNbd, fit_bg_nbd, fit_mbg_nbd
from customer_segmentation.value.gamma_gamma import GammaGamma, distinct_spending, fit_gamma_gamma
from customer_segmentation.value.histories import Histories, distinct_histories
from customer_segmentation.value.pareto_nbd import ParetoNbd

with warnings.catch_warnings():
    # The package sets an option that pandas 3 does not use.
    warnings.simplefilter("ignore")
    import lifetimes

SUMMARY = SHARED_DATA / "cdnow" / "cdnow_customers_summary_with_transactions.parquet"
needs_cdnow = needs_data("CDNOW", SUMMARY)

FITTERS: dict[type, Any] = {
    BgNbd: lifetimes.BetaGeoFitter,
    MbgNbd: lifetimes.ModifiedBetaGeoFitter,
    ParetoNbd: lifetimes.ParetoNBDFitter,
}
# Beside those of CDNOW: customers with small and with large differences.
MODELS: list[BgNbd | MbgNbd | ParetoNbd] = [
    *(BG, BgNbd(3.1, 20.0, 2.2, 9.0), BgNbd(0.1, 1.0, 0.3, 0.8)),
    *(MBG, MbgNbd(3.1, 20.0, 2.2, 9.0), MbgNbd(0.1, 1.0, 0.3, 0.8)),
    *(PARETO, ParetoNbd(3.1, 20.0, 2.2, 40.0), ParetoNbd(0.3, 30.0, 0.4, 3.0)),
]
TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def histories() -> Histories:
    x, t_x, age = random_rows(1000, seed=20).T
    found = distinct_histories(x, t_x, age)
    assert len(found) == 1000
    return found


def theirs(model: BgNbd | MbgNbd | ParetoNbd) -> Any:
    """The model of the package with our parameters."""
    fitter = FITTERS[type(model)]()
    fitter.params_ = pd.Series(vars(model))
    return fitter


@pytest.mark.parametrize("model", MODELS)
def test_probabilities_agree(model: BgNbd | MbgNbd | ParetoNbd, histories: Histories) -> None:
    columns = (histories.repeats, histories.recency, histories.age)
    expected = np.asarray(theirs(model).conditional_probability_alive(*columns))
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(model.probability_alive(histories), expected, rtol=TOLERANCE)


@pytest.mark.parametrize("weeks", [1.0, 90 / 7, 365 / 7])
@pytest.mark.parametrize("model", MODELS)
def test_expected_purchases_agree(
    model: BgNbd | MbgNbd | ParetoNbd, histories: Histories, weeks: float
) -> None:
    columns = (histories.repeats, histories.recency, histories.age)
    purchases = theirs(model).conditional_expected_number_of_purchases_up_to_time
    expected = np.asarray(purchases(weeks, *columns))
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(model.expected_purchases(histories, weeks), expected, rtol=TOLERANCE)


@pytest.mark.parametrize("model", MODELS)
def test_likelihoods_agree(model: BgNbd | MbgNbd | ParetoNbd, histories: Histories) -> None:
    columns = (histories.repeats, histories.recency, histories.age)
    parameters = np.array(list(vars(model).values()))
    if isinstance(model, ParetoNbd):
        expected = lifetimes.ParetoNBDFitter._conditional_log_likelihood(parameters, *columns)
    else:
        loss = FITTERS[type(model)]._negative_log_likelihood
        one = np.ones(1)
        expected = [
            -loss(np.log(parameters), *(np.array([value]) for value in row), one, 0)
            for row in zip(*columns, strict=True)
        ]
    np.testing.assert_allclose(model.log_likelihood(histories), expected, rtol=TOLERANCE)


@pytest.mark.parametrize("model", [GammaGamma(6.25, 3.74, 15.44), GammaGamma(0.8, 1.5, 200.0)])
def test_expected_spend_and_its_likelihood_agree(model: GammaGamma) -> None:
    generator = np.random.default_rng(21)
    spending = distinct_spending(generator.integers(1, 80, 1000), generator.gamma(2, 20, 1000))
    columns = (spending.repeats, spending.mean_spend)
    fitter = lifetimes.GammaGammaFitter()
    fitter.params_ = pd.Series(vars(model))
    expected = fitter.conditional_expected_average_profit(*columns)
    np.testing.assert_allclose(model.expected_mean_spend(spending), expected, rtol=TOLERANCE)
    parameters = np.log(list(vars(model).values()))
    loss = lifetimes.GammaGammaFitter._negative_log_likelihood(
        parameters, *columns, np.ones(1000), 0
    )
    assert model.log_likelihood(spending).mean() == pytest.approx(-loss, rel=TOLERANCE)


@needs_cdnow
@pytest.mark.parametrize(
    ("fitter", "fit"),
    [(lifetimes.BetaGeoFitter, fit_bg_nbd), (lifetimes.ModifiedBetaGeoFitter, fit_mbg_nbd)],
)
def test_parameters_and_standard_errors_of_cdnow_agree(fitter: Any, fit: Any) -> None:
    cdnow = pd.read_parquet(SUMMARY)
    columns = (cdnow["x"], cdnow["t_x"], cdnow["T"])
    expected = fitter().fit(*columns)
    found = fit(distinct_histories(*columns))
    assert found.parameters == pytest.approx(dict(expected.params_), rel=1e-5)
    assert found.standard_errors == pytest.approx(dict(expected.standard_errors_), rel=1e-4)


@needs_cdnow
def test_parameters_and_standard_errors_of_cdnow_spend_agree() -> None:
    cdnow = pd.read_parquet(SUMMARY)
    paid = cdnow[cdnow["zbar"] > 0]
    expected = lifetimes.GammaGammaFitter().fit(paid["x"], paid["zbar"])
    found = fit_gamma_gamma(distinct_spending(cdnow["x"], cdnow["zbar"]))
    assert found.parameters == pytest.approx(dict(expected.params_), rel=1e-5)
    assert found.standard_errors == pytest.approx(dict(expected.standard_errors_), rel=1e-4)
