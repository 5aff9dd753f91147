"""Gamma-Gamma: the expected spend per purchase, given past spend.

Each purchase of a customer is a gamma variate (shape p) with a scale that is gamma over customers
(q, and v in units of money). Spend and frequency must not be correlated: check their correlation.

Fader, Hardie (2013), "The Gamma-Gamma model of monetary value"; Fader, Hardie, Lee (2005), "RFM and
CLV", Journal of Marketing Research 42.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, gammaln

from customer_segmentation.value.fitting import (
    MESSAGES,
    Fit,
    NotEstimable,
    maximise,
    nothing_to_fit,
)
from customer_segmentation.value.histories import Floats, Integers, count_distinct, require


@dataclass(frozen=True, eq=False)
class Spending:
    """Distinct pairs of repeat purchases and their mean spend, sorted by both.

    repeats     repeat purchases (x), from 0
    mean_spend  mean amount of a repeat purchase, 0 without one
    customers   number of customers with the pair, from 1
    row         for each row given to ``distinct_spending``, the position of its pair here
    """

    repeats: Floats
    mean_spend: Floats
    customers: Integers
    row: Integers

    def __len__(self) -> int:
        """The number of distinct pairs."""
        return len(self.repeats)


def distinct_spending(
    repeats: npt.ArrayLike, mean_spend: npt.ArrayLike, customers: npt.ArrayLike | None = None
) -> Spending:
    """Sorts and counts pairs; rows may repeat, ``customers`` is 1 each by default.

    Raises ValueError with the broken rule and its number of rows. All numbers must be finite,
    repeats whole numbers from 0, customers whole numbers from 1, spend at least 0, and 0 without a
    repeat purchase.
    """
    x, spend = np.asarray(repeats, dtype=np.float64), np.asarray(mean_spend, dtype=np.float64)
    count = np.ones(len(x)) if customers is None else np.asarray(customers, dtype=np.float64)
    if not len(x) == len(spend) == len(count):
        raise ValueError("repeats, mean_spend and customers must have the same length")
    finite = np.isfinite(x) & np.isfinite(spend) & np.isfinite(count)
    require(finite, "x, mean spend and customers are finite numbers")
    require((x >= 0) & (x == np.floor(x)), "x is a whole number from 0")
    require((count >= 1) & (count == np.floor(count)), "customers is a whole number from 1")
    require(spend >= 0, "mean spend is from 0")
    require((x > 0) | (spend == 0), "mean spend is 0 where x = 0")
    (x, spend), totals, row = count_distinct((x, spend), count)
    return Spending(x, spend, totals, row)


@dataclass(frozen=True)
class GammaGamma:
    """Gamma-Gamma: p within a customer; q and v (money) over customers."""

    p: float
    q: float
    v: float

    def log_likelihood(self, spending: Spending) -> Floats:
        """The natural logarithm of the likelihood of each pair; all pairs must have spend.

        Equation 1a of the note, with combined powers so that none overflows.
        """
        x, z = spending.repeats, spending.mean_spend
        shape = self.p * x
        gammas = gammaln(shape + self.q) - gammaln(shape) - gammaln(self.q)
        powers = shape * np.log1p(self.v / (x * z)) + self.q * np.log1p(x * z / self.v)
        return np.asarray(gammas - powers - np.log(z))

    def slope(self, spending: Spending) -> Floats:
        """Derivatives of the log-likelihood of all customers by p, q and v."""
        x, total = spending.repeats, spending.repeats * spending.mean_spend
        both = digamma(self.p * x + self.q)
        by_p = x * (both - digamma(self.p * x) - np.log1p(self.v / total))
        by_q = both - digamma(self.q) - np.log1p(total / self.v)
        by_v = (self.q * total / self.v - self.p * x) / (self.v + total)
        slopes = (by_p, by_q, by_v)
        return np.array([np.sum(of_pair * spending.customers) for of_pair in slopes])

    def expected_mean_spend(self, spending: Spending) -> Floats:
        """Mean amount expected of a future purchase, given x and the mean so far.

        The weighted average of the customer's own mean and the mean of all. The own mean weighs
        more with more purchases; without one, the result is the mean of all. Raises ValueError if q
        <= 1, because the mean of all is infinite then.
        """
        if self.q <= 1:
            raise ValueError("the mean over customers is infinite, because q <= 1")
        x, z = spending.repeats, spending.mean_spend
        return np.asarray(self.p * (self.v + x * z) / (self.p * x + self.q - 1))


def fit_gamma_gamma(spending: Spending) -> Fit[GammaGamma]:
    """Fits Gamma-Gamma by maximum likelihood to those who spent on repeat purchases.

    Customers without a paid repeat purchase are left out; ``customers`` of the result counts the
    others.
    """
    paid = np.flatnonzero(spending.mean_spend > 0)
    kept = Spending(
        spending.repeats[paid], spending.mean_spend[paid], spending.customers[paid], paid
    )
    count = int(kept.customers.sum())
    if not len(spending):
        return nothing_to_fit(NotEstimable.NO_CUSTOMERS, 0, 0)
    if not spending.repeats.any():
        return nothing_to_fit(NotEstimable.NOBODY_REPEATS, 0, 0)
    if count <= 1:
        reason = NotEstimable.ONE_CUSTOMER if count else NotEstimable.NO_SPEND
        return nothing_to_fit(reason, count, len(kept))

    def total(model: GammaGamma) -> float:
        return float(np.sum(model.log_likelihood(kept) * kept.customers))

    average = float(np.sum(kept.mean_spend * kept.customers)) / count
    start = {"p": 1.0, "q": 2.0, "v": average}
    fit = maximise(GammaGamma, total, start, count, len(kept), lambda model: model.slope(kept))
    if fit.model and fit.model.q <= 1:
        reason = NotEstimable.INFINITE_MEAN_SPEND
        return replace(fit, model=None, reason=reason, message=MESSAGES[reason])
    return fit
