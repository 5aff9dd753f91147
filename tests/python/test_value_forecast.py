"""Forecasts are sums over months, and the next order is on a day."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from value_data import BG, MODELS, Row, histories_of, models, random_rows, rows_of_days

from customer_segmentation.value.forecast import days_to_next_order, forecast_purchases
from customer_segmentation.value.histories import distinct_histories
from customer_segmentation.value.models import PurchaseModel

ROWS = st.lists(rows_of_days(), min_size=1, max_size=12)


@pytest.mark.parametrize("model", MODELS)
def test_each_month_of_30_days_is_discounted_from_its_end(model: PurchaseModel) -> None:
    histories = histories_of([(2, 30.43, 38.86), (0, 0.0, 12.0)])
    (quarter,) = forecast_purchases(model, histories, [75], annual_rate=0.1)
    by_30, by_60, by_75 = (model.expected_purchases(histories, days / 7) for days in (30, 60, 75))
    expected = (
        by_30 / 1.1 ** (30 / 365)
        + (by_60 - by_30) / 1.1 ** (60 / 365)
        + (by_75 - by_60) / 1.1 ** (75 / 365)
    )
    assert quarter.days == 75
    assert quarter.purchases.tolist() == by_75.tolist()
    assert quarter.discounted == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("days", [1, 29, 30])
def test_a_horizon_of_a_month_or_less_is_one_month(days: int) -> None:
    histories = histories_of([(2, 30.43, 38.86)])
    (forecast,) = forecast_purchases(BG, histories, [days], annual_rate=0.1)
    expected = BG.expected_purchases(histories, days / 7) / 1.1 ** (days / 365)
    assert forecast.discounted == pytest.approx(expected, rel=1e-14)


@settings(deadline=None, max_examples=15)
@given(models(), ROWS)
def test_horizons_together_are_the_horizons_alone(model: PurchaseModel, rows: list[Row]) -> None:
    histories = histories_of(rows)
    together = forecast_purchases(model, histories, [365, 90], annual_rate=0.08)
    for forecast, days in zip(together, (365, 90), strict=True):
        (alone,) = forecast_purchases(model, histories, [days], annual_rate=0.08)
        assert (forecast.days, alone.days) == (days, days)
        assert forecast.purchases.tobytes() == alone.purchases.tobytes()
        assert forecast.discounted.tobytes() == alone.discounted.tobytes()


@settings(deadline=None, max_examples=15)
@given(models(), ROWS, st.floats(0.01, 0.5))
def test_discounts_are_within_bounds(model: PurchaseModel, rows: list[Row], rate: float) -> None:
    histories = histories_of(rows)
    (plain,) = forecast_purchases(model, histories, [365], annual_rate=0.0)
    (forecast,) = forecast_purchases(model, histories, [365], annual_rate=rate)
    assert plain.discounted == pytest.approx(plain.purchases, rel=1e-12)
    assert np.all(forecast.discounted < plain.purchases / (1 + rate) ** (30 / 365))
    assert np.all(forecast.discounted > plain.purchases / (1 + rate))


def test_invalid_arguments_are_refused() -> None:
    histories = histories_of([(2, 30.43, 38.86)])
    with pytest.raises(ValueError, match="a horizon must be at least one day"):
        forecast_purchases(BG, histories, [90, 0], annual_rate=0.1)
    with pytest.raises(ValueError, match="an annual rate must be above -1"):
        forecast_purchases(BG, histories, [90], annual_rate=-1.0)
    with pytest.raises(ValueError, match="the cap must be at least one day"):
        days_to_next_order(BG, histories, cap_days=0)


@pytest.mark.parametrize("model", MODELS)
def test_the_next_order_is_when_one_purchase_is_expected(model: PurchaseModel) -> None:
    x, t_x, age = random_rows(300, seed=30).T
    histories = distinct_histories(x, t_x, age)
    curve = model.purchase_curve(histories)
    expected = np.full(len(histories), np.nan)
    for day in range(200, 0, -1):
        expected[curve(day / 7) >= 1] = day
    found = days_to_next_order(model, histories, cap_days=200)
    assert np.isnan(found).any()
    assert np.nanmin(found) < 10
    np.testing.assert_array_equal(found, expected)


def test_the_cap_is_a_possible_day() -> None:
    histories = histories_of([(8, 30.0, 31.0)])
    (day,) = days_to_next_order(BG, histories)
    assert days_to_next_order(BG, histories, cap_days=int(day)).tolist() == [day]
    assert np.isnan(days_to_next_order(BG, histories, cap_days=int(day) - 1)).all()


def test_no_histories_have_no_forecast() -> None:
    histories = histories_of([])
    for model in MODELS:
        (forecast,) = forecast_purchases(model, histories, [90], annual_rate=0.1)
        assert len(forecast.purchases) == len(forecast.discounted) == 0
        assert len(days_to_next_order(model, histories)) == 0
