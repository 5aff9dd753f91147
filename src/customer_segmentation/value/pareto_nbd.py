"""Pareto/NBD: people buy at random, and leave for good at any time.

Each customer buys at a rate of his own (gamma over customers: r, alpha weeks) and leaves at a rate
of his own (gamma over customers: s, beta weeks), bought or not.

Schmittlein, Morrison, Colombo (1987), Management Science 33(1); the formulas are those of Fader and
Hardie (2005), "A note on deriving the Pareto/NBD model and related expressions".
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, hyp2f1

from customer_segmentation.value.fitting import Fit
from customer_segmentation.value.histories import Floats, Histories
from customer_segmentation.value.models import Curve, fit_purchase_model

# Gauss-Legendre on (0, 1), for the integrals over an interval too short for a difference.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


@dataclass(frozen=True)
class ParetoNbd:
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

    def expected_purchases(self, histories: Histories, weeks: float | Floats) -> Floats:
        """Purchases expected in the next ``weeks`` (one number, or one per history)."""
        return self.purchase_curve(histories)(weeks)

    def purchase_curve(self, histories: Histories) -> Curve:
        """``expected_purchases`` as a function of weeks, for several of them."""
        rate = (self.r + histories.repeats) / (self.alpha + histories.age)
        rate *= self.probability_alive(histories)
        until_today = self.beta + histories.age

        def curve(weeks: float | Floats) -> Floats:
            # The weeks that somebody alive today will still be there for, out of ``weeks``.
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
        """Of having left since the last purchase, against being alive."""
        odds = np.log(self.s) + self._log_integral(histories) - self._log_if_alive(histories)
        return np.asarray(odds)

    def _log_integral(self, histories: Histories) -> Floats:
        """Log of the integral of (alpha + y)^-(r + x) (beta + y)^-(s + 1), y from t_x to T.

        The note writes it as a difference of two hypergeometric functions. They cancel where
        little happens between t_x and T; there, quadrature takes the place of the difference.
        """
        result = np.full(len(histories), -np.inf)
        start, width = histories.recency, histories.age - histories.recency
        shape = self.r + histories.repeats
        low = min(self.alpha, self.beta) + start
        decay = shape * np.log1p(width / (self.alpha + start))
        decay += (self.s + 1) * np.log1p(width / (self.beta + start))
        is_short = (width <= low) & (decay <= 2)

        short = np.flatnonzero(is_short & (width > 0))
        if len(short):
            result[short] = self._log_quadrature(shape[short], start[short], width[short])
        long = np.flatnonzero(~is_short)
        if len(long):
            from_start = self._log_tail(shape[long], start[long])
            from_age = self._log_tail(shape[long], histories.age[long])
            result[long] = from_start + np.log(-np.expm1(from_age - from_start))
        return result

    def _log_quadrature(self, shape: Floats, start: Floats, width: Floats) -> Floats:
        """The integral over ``width`` weeks from ``start``, relative to its first value."""
        total = np.zeros(len(start))
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            decay = shape * np.log1p(node * width / (self.alpha + start))
            decay += (self.s + 1) * np.log1p(node * width / (self.beta + start))
            total += weight * np.exp(-decay)
        first = shape * np.log(self.alpha + start) + (self.s + 1) * np.log(self.beta + start)
        return np.asarray(np.log(width) + np.log(total) - first)

    def _log_tail(self, shape: Floats, start: Floats) -> Floats:
        """The integral from ``start`` to infinity.

        Euler's transformation leaves 2F1(1, b; c; z) with 0 < b < c and 0 <= z < 1: all terms are
        positive, and none overflows however often somebody buys.
        """
        total = shape + self.s
        near = min(self.alpha, self.beta) + start
        far = max(self.alpha, self.beta) + start
        exponent = np.full_like(shape, self.s + 1) if self.alpha >= self.beta else shape
        z = abs(self.alpha - self.beta) / far
        function = hyp2f1(1.0, total + 1 - exponent, total + 1, z)
        powers = (exponent - 1 - total) * np.log(far) + (1 - exponent) * np.log(near)
        return np.asarray(np.log(function / total) + powers)


def fit_pareto_nbd(histories: Histories) -> Fit[ParetoNbd]:
    """Fits Pareto/NBD by maximum likelihood; the result says why where that is not possible."""
    return fit_purchase_model(ParetoNbd, histories, _START)


# alpha and beta as multiples of the average age.
_START = {"r": 1.0, "alpha": 1.0, "s": 1.0, "beta": 1.0}
