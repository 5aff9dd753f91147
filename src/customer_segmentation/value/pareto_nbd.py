"""Pareto/NBD: people buy at random, and leave for good at any time.

Each customer has their own purchase rate (gamma over customers: r, alpha weeks) and their own rate
of leaving (gamma over customers: s, beta weeks), independent of purchases.

Schmittlein, Morrison, Colombo (1987), Management Science 33(1); the formulas are those of Fader and
Hardie (2005), "A note on deriving the Pareto/NBD model and related expressions".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln

from customer_segmentation.value.fitting import Fit
from customer_segmentation.value.histories import Floats, Histories
from customer_segmentation.value.models import Curve, PurchaseModel, check_weeks, fit_purchase_model

# Small enough for the processor's cache.
_BLOCK = 8192
# Gauss-Legendre on (0, 1).
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


@dataclass(frozen=True)
class ParetoNbd(PurchaseModel):
    """Pareto/NBD: r and alpha (weeks) of the purchase rate, s and beta (weeks) of leaving."""

    r: float
    alpha: float
    s: float
    beta: float

    def log_likelihood(self, histories: Histories) -> Floats:
        """The natural logarithm of the likelihood of each history (equation 18 of the note)."""
        constant = gammaln(self.r + histories.repeat_levels) - gammaln(self.r)
        constant += self.r * np.log(self.alpha) + self.s * np.log(self.beta)
        gone = np.logaddexp(0, self._log_odds_gone(histories))
        return np.asarray(histories.by_level(constant) + self._log_if_alive(histories) + gone)

    def probability_alive(self, histories: Histories) -> Floats:
        """The probability, from 0 to 1, that a customer of each history still buys."""
        return np.asarray(expit(-self._log_odds_gone(histories)))

    def purchase_curve(self, histories: Histories) -> Curve:
        """``expected_purchases`` as a function of weeks, for several of them."""
        rate = (self.r + histories.repeats) / (self.alpha + histories.age)
        rate *= self.probability_alive(histories)
        until_today = self.beta + histories.age

        def curve(weeks: float | Floats) -> Floats:
            check_weeks(weeks)
            # The expected weeks alive, out of ``weeks``, of a customer who is alive today.
            growth = np.log1p(weeks / until_today)
            power = (1 - self.s) * growth
            ratio = np.divide(np.expm1(power), power, out=np.ones_like(power), where=power != 0)
            return np.asarray(rate * until_today * growth * ratio)

        return curve

    def _log_if_alive(self, histories: Histories) -> Floats:
        age = histories.age
        shape = self.r + histories.repeats
        return np.asarray(
            -shape * np.log(self.alpha + age) - self.s * np.log(self.beta + age), dtype=np.float64
        )

    def _log_odds_gone(self, histories: Histories) -> Floats:
        """The log odds of having left since the last purchase against being alive."""
        integral = np.full(len(histories), -np.inf)
        left_time = np.flatnonzero(histories.age > histories.recency)
        for at in range(0, len(left_time), _BLOCK):
            block = left_time[at : at + _BLOCK]
            integral[block] = self._log_integral(
                self.r + histories.repeats[block], histories.recency[block], histories.age[block]
            )
        return np.asarray(np.log(self.s) + integral - self._log_if_alive(histories))

    def _log_integral(self, shape: Floats, start: Floats, end: Floats) -> Floats:
        """Log of the integral of (alpha + y)^-shape (beta + y)^-(s + 1), y from start to end.

        The note has a difference of two hypergeometric functions, which cancel if start and end are
        close and overflow for frequent buyers. Over v, the log of the growth of the smaller base,
        the integrand has a concave logarithm and is analytic within pi of the real line. So 32
        Gauss nodes are exact up to rounding.
        """
        bases = (self.alpha + start, shape), (self.beta + start, np.full_like(shape, self.s + 1))
        (near_start, near_power), (far_start, far_power) = (
            bases if self.alpha <= self.beta else bases[::-1]
        )

        def log_integrand(v: Floats) -> Floats:
            """The log integrand relative to its start; y is start + near_start (e^v - 1)."""
            y_growth = near_start * np.expm1(v)
            return np.asarray((1 - near_power) * v - far_power * np.log1p(y_growth / far_start))

        width = np.log1p((end - start) / near_start)
        width = _where_it_counts(log_integrand, width)
        total = np.zeros(len(start))
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            total += weight * np.exp(log_integrand(node * width))
        first = shape * np.log(self.alpha + start) + (self.s + 1) * np.log(self.beta + start)
        return np.asarray(np.log(width * near_start) + np.log(total) - first)


def _where_it_counts(log_integrand: Callable[[Floats], Floats], width: Floats) -> Floats:
    """The width after which the integrand is below e^-40 and falling, or the whole of it."""
    low, high = np.zeros(len(width)), width
    for _ in range(8):
        middle = (low + high) / 2
        is_past = log_integrand(high) < -40
        if not is_past.any():
            break
        still_past = log_integrand(middle) < -40
        high = np.where(is_past & still_past, middle, high)
        low = np.where(is_past & ~still_past, middle, low)
    return high


def fit_pareto_nbd(histories: Histories) -> Fit[ParetoNbd]:
    """Fits Pareto/NBD by maximum likelihood; the result has the reason if that is impossible."""
    return fit_purchase_model(ParetoNbd, histories, _START)


# alpha and beta are multiples of the average age.
_START = {"r": 1.0, "alpha": 1.0, "s": 1.0, "beta": 1.0}
