"""Fits, forecasts and the back-test as the tables that dbt's Python models return.

Frames have one row per customer or per distinct history, in days; the models count in weeks.
``period`` says up to when purchases are known: ``all`` of them, or those of the ``calibration``,
after which the later ones are there to compare a forecast with.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from customer_segmentation.value.back_test import (
    back_test,
    naive_purchases,
    spend_frequency_correlation,
)
from customer_segmentation.value.beta_geometric import BgNbd, MbgNbd, fit_bg_nbd, fit_mbg_nbd
from customer_segmentation.value.fitting import Fit
from customer_segmentation.value.forecast import (
    DAYS_PER_WEEK,
    days_to_next_order,
    forecast_purchases,
)
from customer_segmentation.value.gamma_gamma import distinct_spending, fit_gamma_gamma
from customer_segmentation.value.histories import Floats, Histories, distinct_histories
from customer_segmentation.value.models import PurchaseModel
from customer_segmentation.value.pareto_nbd import ParetoNbd, fit_pareto_nbd

PERIODS = ("all", "calibration")
HORIZON_DAYS = (90, 365)

PURCHASE_MODELS: dict[str, Callable[..., PurchaseModel]] = {
    "bg_nbd": BgNbd,
    "mbg_nbd": MbgNbd,
    "pareto_nbd": ParetoNbd,
}
_FITS: dict[str, Callable[[Histories], Fit[Any]]] = {
    "bg_nbd": fit_bg_nbd,
    "mbg_nbd": fit_mbg_nbd,
    "pareto_nbd": fit_pareto_nbd,
}
PARAMETERS = {
    "bg_nbd": ("r", "alpha", "a", "b"),
    "mbg_nbd": ("r", "alpha", "a", "b"),
    "pareto_nbd": ("r", "alpha", "s", "beta"),
    "gamma_gamma": ("p", "q", "v"),
}

PARAMETER_SCHEMA = pa.schema(
    {
        "model_version": pa.string(),
        "period": pa.string(),
        "model": pa.string(),
        "parameter": pa.string(),
        "value": pa.float64(),
        "standard_error": pa.float64(),
        "log_likelihood": pa.float64(),
        "converged": pa.bool_(),
        "not_estimable_reason": pa.string(),
        "message": pa.string(),
        "customers": pa.int64(),
        "histories": pa.int64(),
    }
)
FORECAST_SCHEMA = pa.schema(
    {
        "period": pa.string(),
        "repeats": pa.int32(),
        "recency_days": pa.int32(),
        "age_days": pa.int32(),
        "probability_alive": pa.float64(),
        **{f"purchases_{days}d": pa.float64() for days in HORIZON_DAYS},
        **{f"discounted_purchases_{days}d": pa.float64() for days in HORIZON_DAYS},
        "days_to_next_order": pa.int32(),
        "later_purchases": pa.float64(),
    }
)
BACK_TEST_SCHEMA = pa.schema(
    {
        "model_version": pa.string(),
        "model": pa.string(),
        "later_days": pa.int64(),
        "customers": pa.int64(),
        "actual_purchases": pa.float64(),
        "aggregate_error": pa.float64(),
        "mean_absolute_error": pa.float64(),
        "naive_absolute_error": pa.float64(),
        "rank_correlation": pa.float64(),
        "top_decile_capture": pa.float64(),
        **{f"decile_{decile}_lift": pa.float64() for decile in range(1, 11)},
        "spend_frequency_correlation": pa.float64(),
    }
)


def fit_parameters(customers: pd.DataFrame, version: str) -> pa.Table:
    """Fits every model to each period: one row per period, model and parameter.

    ``customers`` has period, repeats, recency_days, age_days and repeat_amount, the sum that was
    spent on repeat purchases. A model that cannot be fitted has its parameters with nulls and a
    reason; one that did not converge those that the search ended with. Raises ValueError for
    histories that cannot be (see ``distinct_histories``).
    """
    rows = []
    for period in PERIODS:
        chosen = customers[customers["period"] == period]
        histories = _histories(chosen)
        fits = {model: fit(histories) for model, fit in _FITS.items()}
        fits["gamma_gamma"] = fit_gamma_gamma(
            distinct_spending(chosen["repeats"], _mean_amount(chosen))
        )
        rows += [
            {
                "model_version": version,
                "period": period,
                "model": model,
                "parameter": parameter,
                "value": fit.parameters.get(parameter),
                "standard_error": fit.standard_errors.get(parameter),
                "log_likelihood": fit.log_likelihood,
                "converged": fit.converged,
                "not_estimable_reason": fit.reason,
                "message": fit.message,
                "customers": fit.customers,
                "histories": fit.histories,
            }
            for model, fit in fits.items()
            for parameter in PARAMETERS[model]
        ]
    return pa.Table.from_pylist(rows, PARAMETER_SCHEMA)


def purchase_model(parameters: pd.DataFrame, period: str, model: str) -> PurchaseModel | None:
    """The model that was fitted, from rows of ``fit_parameters``; None where it was not."""
    rows = parameters[(parameters["period"] == period) & (parameters["model"] == model)]
    if rows.empty or rows["not_estimable_reason"].notna().any():
        return None
    return PURCHASE_MODELS[model](**dict(zip(rows["parameter"], rows["value"], strict=True)))


def forecast_histories(
    histories: pd.DataFrame, parameters: pd.DataFrame, model: str, annual_rate: float
) -> pa.Table:
    """What each distinct history lets expect: one row per period and history.

    ``histories`` has period, repeats, recency_days, age_days and later_days, the days that follow
    the period. Columns: the probability of being alive; purchases within 90 and 365 days, also
    discounted by ``annual_rate`` (.1 is 10 % a year); days to the next order, null where none is
    expected within a year; purchases in the later days. No rows for a period without a model.
    """
    parts = []
    for period in PERIODS:
        rows = histories[histories["period"] == period]
        fitted = purchase_model(parameters, period, model)
        if fitted and len(rows):
            parts.append(_forecast(rows, fitted, annual_rate))
    if not parts:
        return FORECAST_SCHEMA.empty_table()
    return pa.Table.from_pandas(pd.concat(parts), FORECAST_SCHEMA, preserve_index=False)


def back_test_row(
    purchases: pd.DataFrame, customers: pd.DataFrame, parameters: pd.DataFrame, model: str
) -> pa.Table:
    """The measures of the forecast of the later days, in one row; null where nothing defines one.

    ``purchases`` has distinct repeats, age_days, later_days, actual and expected later purchases,
    with their number of customers. ``customers`` are those of ``fit_parameters``: their
    correlation of spend and frequency is what Gamma-Gamma takes for nothing. No row where
    ``parameters``, the result of ``fit_parameters``, have no model that forecasts are made with.
    """
    if not purchase_model(parameters, "all", model):
        return BACK_TEST_SCHEMA.empty_table()
    purchases = purchases[purchases["expected_later_purchases"].notna()]
    later_days = int(purchases["later_days"].max()) if len(purchases) else 0
    weeks = later_days / DAYS_PER_WEEK
    naive = naive_purchases(
        purchases["repeats"].to_numpy(dtype=float),
        purchases["age_days"].to_numpy(dtype=float) / DAYS_PER_WEEK,
        weeks,
    )
    measures = asdict(
        back_test(
            purchases["later_purchases"],
            purchases["expected_later_purchases"],
            naive,
            purchases["customers"],
        )
    )
    lifts = measures.pop("decile_lift") or ()
    known = customers[customers["period"] == "all"]
    row = {
        **measures,
        **{f"decile_{decile}_lift": lift for decile, lift in enumerate(lifts, start=1)},
        "model_version": parameters["model_version"].iloc[0],
        "model": model,
        "later_days": later_days,
        "spend_frequency_correlation": spend_frequency_correlation(
            known["repeats"].to_numpy(dtype=float), _mean_amount(known), np.ones(len(known))
        ),
    }
    return pa.Table.from_pylist([row], BACK_TEST_SCHEMA)


def _histories(rows: pd.DataFrame) -> Histories:
    return distinct_histories(
        rows["repeats"],
        rows["recency_days"] / DAYS_PER_WEEK,
        rows["age_days"] / DAYS_PER_WEEK,
    )


def _mean_amount(rows: pd.DataFrame) -> Floats:
    """The mean amount of a repeat purchase, 0 without one."""
    repeats = rows["repeats"].to_numpy(dtype=float)
    amounts = rows["repeat_amount"].to_numpy(dtype=float)
    return np.asarray(np.divide(amounts, repeats, out=np.zeros(len(rows)), where=repeats > 0))


def _forecast(rows: pd.DataFrame, model: PurchaseModel, annual_rate: float) -> pd.DataFrame:
    histories = _histories(rows)
    by_history = {
        "probability_alive": model.probability_alive(histories),
        "days_to_next_order": days_to_next_order(model, histories),
        "later_purchases": model.expected_purchases(
            histories, int(rows["later_days"].max()) / DAYS_PER_WEEK
        ),
    }
    for forecast in forecast_purchases(model, histories, HORIZON_DAYS, annual_rate):
        by_history[f"purchases_{forecast.days}d"] = forecast.purchases
        by_history[f"discounted_purchases_{forecast.days}d"] = forecast.discounted
    values = {name: column[histories.row] for name, column in by_history.items()}
    return rows[["period", "repeats", "recency_days", "age_days"]].assign(**values)
