"""Fits, forecasts and the back-test as the tables of the dbt Python models.

Frames have one row per customer or per distinct history, in days; the models count in weeks.
The period ``all`` has all purchases. The period ``calibration`` has the earlier ones, so that a
forecast can be compared with the later ones.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from customer_segmentation.relations import schema
from customer_segmentation.value.back_test import (
    BackTest,
    back_test,
    naive_purchases,
    separation,
    spend_frequency_correlation,
)
from customer_segmentation.value.beta_geometric import BgNbd, MbgNbd, fit_bg_nbd, fit_mbg_nbd
from customer_segmentation.value.choice import Candidate, Outcome, choose
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
from customer_segmentation.value.past_rate import PastRate, fit_past_rate

PERIODS = ("all", "calibration")
# Customers with equal histories have the same forecast, which is computed once for all of them.
HISTORY = ("period", "repeats", "recency_days", "age_days", "later_days", "later_purchases")
HORIZON_DAYS = (90, 365)

# The candidates for the forecast. The first of equal errors is taken; BG/NBD is last, because it
# cannot rate one-time buyers.
PURCHASE_MODELS: dict[str, Callable[..., PurchaseModel]] = {
    "mbg_nbd": MbgNbd,
    "pareto_nbd": ParetoNbd,
    "past_rate": PastRate,
    "bg_nbd": BgNbd,
}
_FITS: dict[str, Callable[[Histories], Fit[Any]]] = {
    "mbg_nbd": fit_mbg_nbd,
    "pareto_nbd": fit_pareto_nbd,
    "past_rate": fit_past_rate,
    "bg_nbd": fit_bg_nbd,
}
PARAMETERS = {
    "bg_nbd": ("r", "alpha", "a", "b"),
    "mbg_nbd": ("r", "alpha", "a", "b"),
    "pareto_nbd": ("r", "alpha", "s", "beta"),
    "past_rate": ("r", "alpha"),
    "gamma_gamma": ("p", "q", "v"),
}

PARAMETER_SCHEMA = schema(
    "model_version string, period string, model string, parameter string, value double, "
    "standard_error double, log_likelihood double, converged boolean, not_estimable_reason string, "
    "message string, customers bigint, histories bigint"
)
FORECAST_SCHEMA = schema(
    "repeats int, recency_days int, age_days int, probability_alive double, "
    + "".join(f"purchases_{days}d double, " for days in HORIZON_DAYS)
    + "".join(f"discounted_purchases_{days}d double, " for days in HORIZON_DAYS)
    + "days_to_next_order int"
)
BACK_TEST_SCHEMA = schema(
    "model_version string, model string, outcome string, reason string, message string, "
    "later_days bigint, customers bigint, actual_purchases double, aggregate_error double, "
    "mean_absolute_error double, naive_absolute_error double, rank_correlation double, "
    "top_decile_capture double, "
    + "".join(f"decile_{decile}_lift double, " for decile in range(1, 11))
    + "spend_frequency_correlation double, alive_auc double, alive_p_value double, "
    "shows_alive boolean"
)
# Maximum p-value of the AUC of P(alive).
MOST_ALIVE_P_VALUE = 0.05


def fit_parameters(customers: pd.DataFrame, version: str) -> pa.Table:
    """Fits every model to each period: one row per period, model and parameter.

    ``customers`` has period, repeats, recency_days, age_days and repeat_net_amount, the amount
    spent on repeat purchases. If a model cannot be fitted, its parameters are null and have a
    reason; if it did not converge, they are the last values of the search. Raises ValueError for
    impossible histories (see ``distinct_histories``).
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
    """The fitted model, from rows of ``fit_parameters``; None without one."""
    rows = parameters[(parameters["period"] == period) & (parameters["model"] == model)]
    if rows.empty or rows["not_estimable_reason"].notna().any():
        return None
    return PURCHASE_MODELS[model](**dict(zip(rows["parameter"], rows["value"], strict=True)))


def forecast_histories(
    histories: pd.DataFrame, parameters: pd.DataFrame, model: str | None, annual_rate: float
) -> pa.Table:
    """The forecast for each distinct history of the period ``all``, by the chosen ``model``.

    ``histories`` has period, repeats, recency_days and age_days. Columns: the probability of being
    alive; purchases within 90 and 365 days, also discounted by ``annual_rate`` (.1 is 10 % a year);
    days to the next order, null if none is expected within a year. No rows without a model.
    """
    rows = histories[histories["period"] == "all"]
    fitted = purchase_model(parameters, "all", model) if model else None
    if not fitted or rows.empty:
        return FORECAST_SCHEMA.empty_table()
    distinct = _histories(rows)
    by_history = {
        "probability_alive": fitted.probability_alive(distinct),
        "days_to_next_order": days_to_next_order(fitted, distinct),
    }
    for forecast in forecast_purchases(fitted, distinct, HORIZON_DAYS, annual_rate):
        by_history[f"purchases_{forecast.days}d"] = forecast.purchases
        by_history[f"discounted_purchases_{forecast.days}d"] = forecast.discounted
    values = {name: column[distinct.row] for name, column in by_history.items()}
    return pa.Table.from_pandas(rows.assign(**values), FORECAST_SCHEMA, preserve_index=False)


def forecast_calibration(histories: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """The forecast of each candidate for the days after the calibration, with the purchases.

    ``histories`` has one row per period, distinct history and number of later purchases: period,
    repeats, recency_days, age_days, later_days, later_purchases and customers. The result repeats
    the rows of the calibration for each fitted candidate, with model, expected_later_purchases and
    probability_alive.
    """
    rows = histories[histories["period"] == "calibration"]
    names = ["model", "expected_later_purchases", "probability_alive"]
    parts = [rows.iloc[:0].reindex(columns=[*rows.columns, *names])]
    distinct = _histories(rows)
    weeks = int(rows["later_days"].max()) / DAYS_PER_WEEK if len(rows) else 0
    for model in PURCHASE_MODELS:
        fitted = purchase_model(parameters, "calibration", model)
        if fitted and len(rows):
            expected = fitted.expected_purchases(distinct, weeks)[distinct.row]
            alive = fitted.probability_alive(distinct)[distinct.row]
            values: dict[str, Any] = dict(zip(names, (model, expected, alive), strict=True))
            parts.append(rows.assign(**values))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def back_test_rows(
    purchases: pd.DataFrame,
    customers: pd.DataFrame,
    parameters: pd.DataFrame,
    wanted: str,
    most_error_percent: float,
    least_auc: float,
) -> pa.Table:
    """One row per candidate: the measures of its forecast, and whether it makes the forecast.

    ``purchases`` are the rows of ``forecast_calibration``. ``customers`` are the customers of the
    fits of the period ``all``; Gamma-Gamma assumes that their spend and frequency are not
    correlated. For ``wanted`` and ``most_error_percent`` see ``choose``. The probability of being
    alive is shown if it separates customers with later purchases from the others with at least
    ``least_auc``, and not by chance. An undefined measure is null.
    """
    correlation = spend_frequency_correlation(
        customers["repeats"].to_numpy(dtype=float), _mean_amount(customers), np.ones(len(customers))
    )
    candidates, rows = [], []
    for model in PURCHASE_MODELS:
        tested = purchases[purchases["model"] == model]
        later_days = int(tested["later_days"].max()) if len(tested) else 0
        measures = _measures(tested, later_days) if later_days else None
        fits = {
            period: parameters[(parameters["period"] == period) & (parameters["model"] == model)]
            for period in PERIODS
        }
        reasons = {period: fits[period]["not_estimable_reason"].iloc[0] for period in PERIODS}
        failed = next((period for period in PERIODS if pd.notna(reasons[period])), "all")
        candidates.append(
            Candidate(
                model=model,
                fit_reason=reasons["all"] if pd.notna(reasons["all"]) else None,
                calibration_reason=(
                    reasons["calibration"] if pd.notna(reasons["calibration"]) else None
                ),
                fit_message=str(fits[failed]["message"].iloc[0]),
                measures=measures,
            )
        )
        values = asdict(measures) if measures else {}
        lifts = values.pop("decile_lift", None) or ()
        rows.append(
            {
                **values,
                **{f"decile_{decile}_lift": lift for decile, lift in enumerate(lifts, start=1)},
                **(alive_measures(tested, model, least_auc) if measures else {}),
                "model_version": fits["all"]["model_version"].iloc[0],
                "model": model,
                "later_days": later_days,
                "spend_frequency_correlation": correlation,
            }
        )
    for row, decision in zip(
        rows, choose(candidates, wanted, most_error_percent / 100), strict=True
    ):
        row.update(asdict(decision))
        row["shows_alive"] = row["outcome"] == Outcome.CHOSEN and bool(row.get("shows_alive"))
    return pa.Table.from_pylist(rows, BACK_TEST_SCHEMA)


def chosen_model(back_test: pd.DataFrame) -> str | None:
    """The model that makes the forecast, by ``back_test_rows``; None if it is withheld."""
    chosen = back_test[back_test["outcome"].isin([Outcome.CHOSEN, Outcome.CHOSEN_UNTESTED])]
    return str(chosen["model"].iloc[0]) if len(chosen) else None


def _measures(tested: pd.DataFrame, later_days: int) -> BackTest:
    naive = naive_purchases(
        tested["repeats"].to_numpy(dtype=float),
        tested["age_days"].to_numpy(dtype=float) / DAYS_PER_WEEK,
        later_days / DAYS_PER_WEEK,
    )
    return back_test(
        tested["later_purchases"], tested["expected_later_purchases"], naive, tested["customers"]
    )


def alive_measures(tested: pd.DataFrame, model: str, least_auc: float) -> dict[str, Any]:
    """Whether P(alive) separates customers who bought again; empty if the model has none.

    ``tested`` are the rows of a model in ``back_test_rows``. BG/NBD only has P(alive) for repeat
    buyers.
    """
    if model == "bg_nbd":
        tested = tested[tested["repeats"] > 0]
    tested = tested[tested["probability_alive"].notna()]
    if tested.empty:
        return {}
    found = separation(
        tested["probability_alive"].to_numpy(dtype=float),
        tested["later_purchases"].to_numpy(dtype=float) > 0,
        tested["customers"].to_numpy(dtype=float),
    )
    return {
        "alive_auc": found.auc,
        "alive_p_value": found.p_value,
        "shows_alive": found.auc >= least_auc and found.p_value < MOST_ALIVE_P_VALUE,
    }


def _histories(rows: pd.DataFrame) -> Histories:
    return distinct_histories(
        rows["repeats"], rows["recency_days"] / DAYS_PER_WEEK, rows["age_days"] / DAYS_PER_WEEK
    )


def _mean_amount(rows: pd.DataFrame) -> Floats:
    """The mean amount of a repeat purchase, 0 without one."""
    repeats = rows["repeats"].to_numpy(dtype=float)
    amounts = rows["repeat_net_amount"].to_numpy(dtype=float)
    return np.asarray(np.divide(amounts, repeats, out=np.zeros(len(rows)), where=repeats > 0))
