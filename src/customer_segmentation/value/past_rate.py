"""The past rate, shrunk to the mean of all customers: people buy at random, and nobody leaves.

Each customer has their own purchase rate (gamma over customers: r, alpha weeks). The estimate of
that rate, (r + x) / (alpha + T), is between the customer's past rate and the mean of all; shorter
histories are nearer to the mean. The model does not know whether a customer has left.

Ehrenberg (1959), "The pattern of consumer purchases", Applied Statistics 8(1), the NBD model. The
estimate is empirical Bayes: r and alpha are those of maximum likelihood (Efron and Morris 1973).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from customer_segmentation.value.fitting import Fit
from customer_segmentation.value.histories import Floats, Histories
from customer_segmentation.value.models import Curve, PurchaseModel, check_weeks, fit_purchase_model


@dataclass(frozen=True)
class PastRate(PurchaseModel):
    """The shrunk past rate: r and alpha (weeks) of the purchase rate."""

    r: float
    alpha: float

    def log_likelihood(self, histories: Histories) -> Floats:
        """The natural logarithm of the likelihood of each history: BG/NBD without leaving."""
        constant = gammaln(self.r + histories.repeat_levels) - gammaln(self.r)
        constant += self.r * np.log(self.alpha)
        shape, age = self.r + histories.repeats, self.alpha + histories.age
        return np.asarray(histories.by_level(constant) - shape * np.log(age))

    def slope(self, histories: Histories) -> Floats:
        """Derivatives of the log-likelihood of all customers by r and alpha."""
        shape, age = self.r + histories.repeats, self.alpha + histories.age
        by_level = digamma(self.r + histories.repeat_levels) - digamma(self.r)
        by_r = histories.by_level(by_level) + np.log(self.alpha) - np.log(age)
        by_alpha = self.r / self.alpha - shape / age
        return np.array([np.sum(of_one * histories.customers) for of_one in (by_r, by_alpha)])

    def probability_alive(self, histories: Histories) -> Floats:
        """NaN for each history: the model does not know it."""
        return np.full(len(histories), np.nan)

    def purchase_curve(self, histories: Histories) -> Curve:
        """``expected_purchases`` as a function of weeks, for several of them."""
        rate = (self.r + histories.repeats) / (self.alpha + histories.age)

        def curve(weeks: float | Floats) -> Floats:
            check_weeks(weeks)
            return np.asarray(rate * weeks)

        return curve


def fit_past_rate(histories: Histories) -> Fit[PastRate]:
    """Fits r and alpha by maximum likelihood; the result has the reason if that is impossible."""
    return fit_purchase_model(PastRate, histories, {"r": 1.0, "alpha": 1.0}, PastRate.slope)
