"""Measures of a forecast: expected against actual purchases of a later period.

Each row is a customer or, with ``customers``, several with the same numbers. Results are the same
as customer by customer, in every bit and for any order of rows, because sums are exactly rounded.
An undefined measure is None.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from customer_segmentation.value.histories import Floats, require


@dataclass(frozen=True)
class BackTest:
    """A forecast against the actual purchases.

    customers               number of customers
    actual_purchases        purchases of all customers in the later period
    aggregate_error         predicted / actual - 1 over all customers; 0 is perfect
    mean_absolute_error     purchases per customer
    naive_absolute_error    the same for the naive forecast
    rank_correlation        Spearman's, of predicted and actual purchases
    decile_lift             mean purchases of each decile of customers over the mean of all, the
                            decile with the highest forecast first
    top_decile_capture      share of all actual purchases made by the first decile
    """

    customers: int
    actual_purchases: float
    aggregate_error: float | None
    mean_absolute_error: float | None
    naive_absolute_error: float | None
    rank_correlation: float | None
    decile_lift: tuple[float, ...] | None
    top_decile_capture: float | None


def back_test(
    actual: npt.ArrayLike,
    predicted: npt.ArrayLike,
    naive: npt.ArrayLike,
    customers: npt.ArrayLike | None = None,
) -> BackTest:
    """All measures of a forecast and of a naive one, such as ``naive_purchases``.

    Raises ValueError, naming the rule and how many rows break it, unless all numbers are finite,
    purchases are from 0 and customers are whole numbers from 1.
    """
    happened, forecast, past, weights = _columns(actual, predicted, naive, customers)
    lift = decile_lift(happened, forecast, weights)
    return BackTest(
        customers=int(weights.sum()),
        actual_purchases=_sum(happened * weights),
        aggregate_error=aggregate_error(happened, forecast, weights),
        mean_absolute_error=mean_absolute_error(happened, forecast, weights),
        naive_absolute_error=mean_absolute_error(happened, past, weights),
        rank_correlation=rank_correlation(happened, forecast, weights),
        decile_lift=lift,
        top_decile_capture=lift[0] / len(lift) if lift else None,
    )


@dataclass(frozen=True)
class Separation:
    """Separation, by scores, of customers with a later purchase from customers without one.

    auc      probability that a customer with a purchase has the higher score; a tie counts half
    p_value  one-sided, of the Mann-Whitney test: chance of such an auc if scores are random
    """

    auc: float
    p_value: float


def separation(scores: Floats, is_active: npt.NDArray[np.bool_], customers: Floats) -> Separation:
    """Measure the separation of active customers from the others by ``scores``.

    The normal approximation, corrected for ties, without a correction for continuity. The result is
    0.5 and 1 if all customers or all scores are the same.
    """
    active = _sum(customers * is_active)
    count = _sum(customers)
    pairs = active * (count - active)
    ties = np.bincount(np.unique(scores, return_inverse=True)[1], customers).astype(np.float64)
    spread = count + 1 - _sum(ties**3 - ties) / (count * (count - 1)) if count > 1 else 0.0
    if not pairs or spread <= 0:
        return Separation(0.5, 1.0)
    wins = _sum((_ranks(scores, customers) * customers)[is_active]) - active * (active + 1) / 2
    deviation = (wins - pairs / 2) / math.sqrt(pairs * spread / 12)
    return Separation(wins / pairs, float(norm.sf(deviation)))


def naive_purchases(repeats: Floats, age: Floats, weeks: float) -> Floats:
    """The forecast by the past rate of each customer: repeats per week of age, 0 at age 0."""
    return np.divide(repeats, age, out=np.zeros(len(age)), where=age > 0) * weeks


def aggregate_error(actual: Floats, predicted: Floats, customers: Floats) -> float | None:
    """Predicted over actual purchases of all customers, less 1; None if nobody bought."""
    total = _sum(actual * customers)
    return _sum(predicted * customers) / total - 1 if total else None


def mean_absolute_error(actual: Floats, predicted: Floats, customers: Floats) -> float | None:
    """The mean absolute error of the forecast, in purchases per customer."""
    count = _sum(customers)
    return _sum(np.abs(predicted - actual) * customers) / count if count else None


def rank_correlation(first: Floats, second: Floats, customers: Floats) -> float | None:
    """Spearman's correlation over customers; equal values share the mean of their ranks. None if
    one of the two is constant.
    """
    return correlation(_ranks(first, customers), _ranks(second, customers), customers)


def correlation(first: Floats, second: Floats, customers: Floats) -> float | None:
    """Pearson's correlation over customers; None if one of the two is constant."""
    if not len(first) or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    count = _sum(customers)
    one, two = (values - _sum(values * customers) / count for values in (first, second))
    spread = math.sqrt(_sum(one * one * customers) * _sum(two * two * customers))
    return max(-1.0, min(1.0, _sum(one * two * customers) / spread))


def spend_frequency_correlation(
    repeats: Floats, mean_spend: Floats, customers: Floats
) -> float | None:
    """Pearson's correlation of repeats and mean spend, over customers with repeat spend.

    Gamma-Gamma assumes a correlation of 0.
    """
    paid = mean_spend > 0
    return correlation(repeats[paid], mean_spend[paid], customers[paid])


def decile_lift(actual: Floats, predicted: Floats, customers: Floats) -> tuple[float, ...] | None:
    """Actual purchases per customer in each decile by forecast, over those of all customers.

    Deciles have exactly equal sizes: a customer on a border belongs to both in parts. Customers
    with the same forecast count with their mean. None if nobody bought.
    """
    order = np.lexsort((customers, actual, -predicted))
    starts = np.flatnonzero(np.diff(predicted[order], prepend=np.inf))
    if not len(starts) or not actual.any():
        return None
    # The curve of purchases by the first n customers, linear within equal forecasts.
    counts = np.add.reduceat(customers[order], starts)
    bought = np.add.reduceat((actual * customers)[order], starts)
    first_customers = np.concatenate([[0], np.cumsum(counts)])
    first_purchases = np.concatenate([[0], np.cumsum(bought)])
    borders = first_customers[-1] * np.arange(11) / 10
    within = np.diff(np.interp(borders, first_customers, first_purchases))
    return tuple(map(float, within * 10 / first_purchases[-1]))


def _columns(*columns: npt.ArrayLike | None) -> tuple[Floats, ...]:
    """The columns as numbers, customers last; raises ValueError as documented."""
    *purchases, customers = columns
    values = [np.asarray(column, dtype=np.float64) for column in purchases if column is not None]
    weights = np.ones(len(values[0])) if customers is None else np.asarray(customers, dtype=float)
    if any(len(column) != len(weights) for column in values):
        raise ValueError("the columns must have the same length")
    for column in values:
        require(np.isfinite(column) & (column >= 0), "purchases are finite numbers from 0")
    is_count = np.isfinite(weights) & (weights >= 1) & (weights == np.floor(weights))
    require(is_count, "customers is a whole number from 1")
    return (*values, weights)


def _ranks(values: Floats, customers: Floats) -> Floats:
    """The mean rank, from 1, of the customers with each row's value."""
    distinct, group = np.unique(values, return_inverse=True)
    counts = np.bincount(group, customers, minlength=len(distinct))
    return np.asarray((np.cumsum(counts) - counts + (counts + 1) / 2)[group])


def _sum(values: Floats) -> float:
    """The sum, rounded once, so that the order does not matter."""
    return math.fsum(values.tolist())
