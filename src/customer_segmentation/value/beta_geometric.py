"""BG/NBD and MBG/NBD: people buy at random, and after a purchase some leave for good.

Each customer has their own purchase rate (gamma over customers: r, alpha weeks) and their own
probability of leaving after a purchase (beta over customers: a, b). In BG/NBD nobody leaves before
the first repeat purchase, so every one-time buyer is alive. In MBG/NBD customers can also leave
after the first purchase.

Fader, Hardie, Lee (2005), "Counting your customers the easy way", Marketing Science 24(2);
Batislam, Denizel, Filiztekin (2007), IJRM 24(3), for MBG/NBD.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import betaln, digamma, expit, gammaln

from customer_segmentation.value.fitting import Fit
from customer_segmentation.value.histories import Floats, Histories
from customer_segmentation.value.models import Curve, PurchaseModel, fit_purchase_model
from customer_segmentation.value.purchases import purchases_curve


@dataclass(frozen=True)
class _BetaGeometric(PurchaseModel):
    """The common part of both models: r and alpha (weeks) of the rate, a and b of leaving."""

    r: float
    alpha: float
    a: float
    b: float

    # 1 if customers can leave right after the first purchase, else 0.
    _first_chances: ClassVar[int]

    def log_likelihood(self, histories: Histories) -> Floats:
        """The natural logarithm of the likelihood of each history."""
        x = histories.repeat_levels
        constant = gammaln(self.r + x) - gammaln(self.r) + self.r * np.log(self.alpha)
        constant += betaln(self.a, self.b + x + self._first_chances) - betaln(self.a, self.b)
        if_alive = -(self.r + histories.repeats) * np.log(self.alpha + histories.age)
        gone = np.logaddexp(0, self._log_odds_gone(histories))
        return np.asarray(histories.by_level(constant) + if_alive + gone)

    def slope(self, histories: Histories) -> Floats:
        """Derivatives of the log-likelihood of all customers by r, alpha, a and b."""
        shape, levels = self.r + histories.repeats, histories.repeat_levels
        chances = levels + self._first_chances
        age, recency = self.alpha + histories.age, self.alpha + histories.recency
        gone = expit(self._log_odds_gone(histories))
        by_r = histories.by_level(digamma(self.r + levels) - digamma(self.r))
        by_r += np.log(self.alpha) - np.log(age) + gone * (np.log(age) - np.log(recency))
        by_alpha = self.r / self.alpha - shape / age + gone * shape * (1 / age - 1 / recency)
        both = digamma(self.a + self.b) - digamma(self.a + self.b + chances)
        by_a = histories.by_level(both) + gone / self.a
        by_b = histories.by_level(both + digamma(self.b + chances) - digamma(self.b))
        by_b -= gone / histories.by_level(self.b + np.maximum(chances, 1) - 1)
        slopes = (by_r, by_alpha, by_a, by_b)
        return np.array([np.sum(of_history * histories.customers) for of_history in slopes])

    def probability_alive(self, histories: Histories) -> Floats:
        """The probability, from 0 to 1, that a customer of each history still buys."""
        return np.asarray(expit(-self._log_odds_gone(histories)))

    def purchase_curve(self, histories: Histories) -> Curve:
        """``expected_purchases`` as a function of weeks, for several of them."""
        alive = self.probability_alive(histories)
        while_alive = purchases_curve(
            histories, self.r, self.alpha, self.a, self.b + self._first_chances
        )
        return lambda weeks: alive * while_alive(weeks)

    def _log_odds_gone(self, histories: Histories) -> Floats:
        """The log odds of having left after the last purchase against being alive."""
        chances = histories.repeats + self._first_chances
        odds = np.log(self.a) - np.log(self.b + np.maximum(chances, 1) - 1)
        age, recency = self.alpha + histories.age, self.alpha + histories.recency
        odds += (self.r + histories.repeats) * (np.log(age) - np.log(recency))
        return np.where(chances == 0, -np.inf, odds)


class BgNbd(_BetaGeometric):
    """BG/NBD. The probability of being alive is 1 for every one-time buyer."""

    _first_chances = 0


class MbgNbd(_BetaGeometric):
    """MBG/NBD: one-time buyers may have left too."""

    _first_chances = 1


# alpha is a multiple of the average age.
_START = {"r": 1.0, "alpha": 1.0, "a": 1.0, "b": 1.0}


def fit_bg_nbd(histories: Histories) -> Fit[BgNbd]:
    """Fits BG/NBD by maximum likelihood; the result has the reason if that is impossible."""
    return fit_purchase_model(BgNbd, histories, _START, BgNbd.slope)


def fit_mbg_nbd(histories: Histories) -> Fit[MbgNbd]:
    """Fits MBG/NBD by maximum likelihood; the result has the reason if that is impossible."""
    return fit_purchase_model(MbgNbd, histories, _START, MbgNbd.slope)
