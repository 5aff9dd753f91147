"""The models give the published figures of CDNOW, 2,357 customers in 39 weeks.

Fader, Hardie, Lee (2005), Marketing Science 24(2), tables 2 and 4 and the text; the Gamma-Gamma
figures are those of the note by Fader and Hardie (2013). The data are not part of the project.
"""

import numpy as np
import pandas as pd
import pytest
from project import SHARED_DATA

from customer_segmentation.value.back_test import back_test, correlation, naive_purchases
from customer_segmentation.value.beta_geometric import fit_bg_nbd, fit_mbg_nbd
from customer_segmentation.value.fitting import Fit
from customer_segmentation.value.gamma_gamma import GammaGamma, distinct_spending, fit_gamma_gamma
from customer_segmentation.value.histories import Histories, distinct_histories
from customer_segmentation.value.pareto_nbd import ParetoNbd, fit_pareto_nbd

SAMPLE = SHARED_DATA / "cdnow" / "cdnow_sample.parquet"
SUMMARY = SHARED_DATA / "cdnow" / "cdnow_customers_summary_with_transactions.parquet"

pytestmark = pytest.mark.skipif(
    not (SAMPLE.is_file() and SUMMARY.is_file()),
    reason=f"CDNOW is not in {SHARED_DATA} (set SEGMENTS_SHARED_DATA)",
)


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    return pd.read_parquet(SUMMARY)


@pytest.fixture(scope="module")
def histories(cdnow: pd.DataFrame) -> Histories:
    return distinct_histories(cdnow["x"], cdnow["t_x"], cdnow["T"])


def printed(fit: Fit[object], digits: int) -> list[str]:
    """The parameters and the log-likelihood as a paper prints them."""
    assert fit.log_likelihood is not None
    parameters = [f"{value:.{digits}f}" for value in fit.parameters.values()]
    return [*parameters, f"{fit.log_likelihood:.1f}"]


def test_bg_nbd_has_the_published_parameters(histories: Histories) -> None:
    fit = fit_bg_nbd(histories)
    assert (fit.customers, fit.histories) == (2357, len(histories))
    assert printed(fit, digits=3) == ["0.243", "4.414", "0.793", "2.426", "-9582.4"]


def test_bg_nbd_gives_the_published_forecast_of_a_customer(histories: Histories) -> None:
    model = fit_bg_nbd(histories).model
    assert model
    customer = distinct_histories([2], [30.43], [38.86])
    assert f"{model.expected_purchases(customer, 39)[0]:.3f}" == "1.226"
    assert f"{model.probability_alive(customer)[0]:.4f}" == "0.7266"


def test_pareto_nbd_has_the_published_parameters(histories: Histories) -> None:
    fit = fit_pareto_nbd(histories)
    # The paper prints beta = 11.669: its search stopped a hair before the maximum.
    assert printed(fit, digits=3) == ["0.553", "10.578", "0.606", "11.668", "-9595.0"]
    published = ParetoNbd(0.553, 10.578, 0.606, 11.669).log_likelihood(histories)
    assert fit.log_likelihood is not None
    assert 0 < fit.log_likelihood - published @ histories.customers < 1e-4


def test_gamma_gamma_has_the_published_parameters(cdnow: pd.DataFrame) -> None:
    spending = distinct_spending(cdnow["x"], cdnow["zbar"])
    fit = fit_gamma_gamma(spending)
    assert fit.customers == 946
    # The note prints v = 15.44: along the ridge of p and v its search stopped a hair before.
    assert [f"{value:.2f}" for value in fit.parameters.values()] == ["6.25", "3.74", "15.45"]
    paid = distinct_spending(*cdnow.loc[cdnow["zbar"] > 0, ["x", "zbar"]].to_numpy().T)
    published = GammaGamma(6.25, 3.74, 15.44).log_likelihood(paid)
    assert fit.log_likelihood is not None
    assert 0 < fit.log_likelihood - published @ paid.customers < 2e-3


def test_forecasts_of_cdnow_beat_the_past_rate() -> None:
    """Of the 39 weeks that follow, by the customers' purchases themselves."""
    days = pd.read_parquet(SAMPLE)[["sample_id", "date"]].drop_duplicates()
    days["date"] = pd.to_datetime(days["date"])
    end = pd.Timestamp("1997-09-30")
    seen = days[days["date"] <= end].groupby("sample_id")["date"].agg(["count", "min", "max"])
    later = days[days["date"] > end].groupby("sample_id").size()
    x, age = (seen["count"] - 1).to_numpy(float), ((end - seen["min"]).dt.days / 7).to_numpy()
    t_x = ((seen["max"] - seen["min"]).dt.days / 7).to_numpy()
    actual = np.asarray(later.reindex(seen.index, fill_value=0), dtype=np.float64)
    histories = distinct_histories(x, t_x, age)
    assert (histories.customer_count, actual.sum()) == (2357, 1882)
    for fit, expected in (
        (fit_bg_nbd, ("0.626", "-0.121", "0.469")),
        (fit_mbg_nbd, ("0.627", "-0.162", "0.477")),
        (fit_pareto_nbd, ("0.630", "-0.115", "0.473")),
    ):
        model = fit(histories).model
        assert model
        predicted = model.expected_purchases(histories, 39)[histories.row]
        found = back_test(actual, predicted, naive_purchases(x, age, 39))
        figures = (
            correlation(actual, predicted, np.ones(len(actual))),
            found.aggregate_error,
            found.top_decile_capture,
        )
        assert tuple(f"{figure:.3f}" for figure in figures) == expected
        assert found.mean_absolute_error is not None
        assert found.naive_absolute_error is not None
        assert found.mean_absolute_error < 0.78 * found.naive_absolute_error
