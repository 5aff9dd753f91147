"""The models give the published figures of CDNOW: 2,357 customers, 39 weeks.

Fader, Hardie, Lee (2005), Marketing Science 24(2), tables 2 and 4 and the text; the Gamma-Gamma
figures are from the note by Fader and Hardie (2013). The data are not part of the project.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from project import SHARED_DATA, needs_data

from customer_segmentation.value.back_test import back_test, correlation, naive_purchases
from customer_segmentation.value.beta_geometric import fit_bg_nbd, fit_mbg_nbd
from customer_segmentation.value.fitting import Fit
from customer_segmentation.value.gamma_gamma import distinct_spending, fit_gamma_gamma
from customer_segmentation.value.histories import Histories, distinct_histories
from customer_segmentation.value.pareto_nbd import fit_pareto_nbd

TRANSACTIONS = SHARED_DATA / "cdnow" / "cdnow_sample.parquet"
CALIBRATION_END = pd.Timestamp("1997-09-30")

pytestmark = needs_data("CDNOW", TRANSACTIONS)


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    """One row per customer, from the days of purchases.

    The summary in the data has rounded weeks (hundredths) and mean spend (cents), which changes a
    last printed digit (beta = 11.668, v = 15.45).
    """
    transactions = pd.read_parquet(TRANSACTIONS)
    transactions["date"] = pd.to_datetime(transactions["date"])
    days = transactions.groupby(["sample_id", "date"])["dollar_value"].sum().reset_index()
    days["is_first"] = days["date"] == days.groupby("sample_id")["date"].transform("min")
    known = days[days["date"] <= CALIBRATION_END]
    spans = known.groupby("sample_id")["date"].agg(["count", "min", "max"])
    spent = known[~known["is_first"]].groupby("sample_id")["dollar_value"].mean()
    later = days[days["date"] > CALIBRATION_END].groupby("sample_id").size()
    return pd.DataFrame(
        {
            "x": spans["count"] - 1,
            "t_x": (spans["max"] - spans["min"]).dt.days / 7,
            "T": (CALIBRATION_END - spans["min"]).dt.days / 7,
            "mean_spend": spent.reindex(spans.index, fill_value=0),
            "later": later.reindex(spans.index, fill_value=0),
        }
    )


@pytest.fixture(scope="module")
def histories(cdnow: pd.DataFrame) -> Histories:
    return distinct_histories(cdnow["x"], cdnow["t_x"], cdnow["T"])


@pytest.mark.parametrize(
    ("fit", "published"),
    [
        (fit_bg_nbd, ["0.243", "4.414", "0.793", "2.426", "-9582.4"]),
        (fit_pareto_nbd, ["0.553", "10.578", "0.606", "11.669", "-9595.0"]),
    ],
)
def test_purchase_models_have_the_published_parameters(
    histories: Histories, fit: Callable[[Histories], Fit[object]], published: list[str]
) -> None:
    found = fit(histories)
    assert (found.customers, found.histories) == (2357, len(histories))
    parameters = [f"{value:.3f}" for value in found.parameters.values()]
    assert [*parameters, f"{found.log_likelihood:.1f}"] == published


def test_bg_nbd_gives_the_published_forecast_of_a_customer(histories: Histories) -> None:
    model = fit_bg_nbd(histories).model
    assert model
    customer = distinct_histories([2], [30.43], [38.86])
    assert f"{model.expected_purchases(customer, 39)[0]:.3f}" == "1.226"
    assert f"{model.probability_alive(customer)[0]:.4f}" == "0.7266"


def test_gamma_gamma_has_the_published_parameters(cdnow: pd.DataFrame) -> None:
    fit = fit_gamma_gamma(distinct_spending(cdnow["x"], cdnow["mean_spend"]))
    assert fit.customers == 946
    assert [f"{value:.2f}" for value in fit.parameters.values()] == ["6.25", "3.74", "15.44"]


def test_forecasts_of_cdnow_beat_the_past_rate(cdnow: pd.DataFrame, histories: Histories) -> None:
    """Compares with the actual purchases of the next 39 weeks."""
    x, age, actual = (cdnow[column].to_numpy(dtype=float) for column in ("x", "T", "later"))
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
