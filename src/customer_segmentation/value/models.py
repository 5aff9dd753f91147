"""The interface of the models of purchases, and their fit."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np

from customer_segmentation.value.fitting import Fit, NotEstimable, maximise, nothing_to_fit
from customer_segmentation.value.histories import Floats, Histories

# Weeks (one number, or one per history) -> expected purchases per history.
Curve = Callable[[float | Floats], Floats]


class PurchaseModel(Protocol):
    """A fitted model of when customers buy and leave. Results are one value per history."""

    def log_likelihood(self, histories: Histories) -> Floats:
        """The natural logarithm of the likelihood of each history."""

    def probability_alive(self, histories: Histories) -> Floats:
        """The probability, from 0 to 1, that a customer still buys; NaN if unknown."""

    def expected_purchases(self, histories: Histories, weeks: float | Floats) -> Floats:
        """Purchases expected in the next ``weeks`` (one number, or one per history).

        Raises ValueError for weeks under 0.
        """
        return self.purchase_curve(histories)(weeks)

    def purchase_curve(self, histories: Histories) -> Curve:
        """``expected_purchases`` as a function of weeks, for several of them."""


def check_weeks(weeks: float | Floats) -> None:
    """Raises ValueError for a time before today."""
    if np.any(np.less(weeks, 0)):
        raise ValueError("weeks must be at least 0")


Model = TypeVar("Model", bound=PurchaseModel)


def fit_purchase_model(
    make_model: Callable[..., Model],
    histories: Histories,
    start: dict[str, float],
    slope: Callable[[Model, Histories], Floats] | None = None,
) -> Fit[Model]:
    """Fits a model of purchases; the result has the reason if that is impossible.

    ``start`` has each parameter's first value; times (alpha, beta) are multiples of the customers'
    average age. ``slope`` returns the derivatives of the log-likelihood of all customers by each
    parameter.
    """
    count = histories.customer_count
    reason = _why_not(histories)
    if reason:
        return nothing_to_fit(reason, count, len(histories))
    average_age = float(np.sum(histories.age * histories.customers)) / count
    times = {"alpha", "beta"}
    scaled = {
        name: value * average_age if name in times else value for name, value in start.items()
    }

    def total(model: Model) -> float:
        return float(np.sum(model.log_likelihood(histories) * histories.customers))

    return maximise(
        make_model,
        total,
        scaled,
        count,
        len(histories),
        (lambda model: slope(model, histories)) if slope else None,
    )


def _why_not(histories: Histories) -> NotEstimable | None:
    """The first reason why the data do not determine the parameters."""
    if not len(histories):
        return NotEstimable.NO_CUSTOMERS
    if histories.customer_count == 1:
        return NotEstimable.ONE_CUSTOMER
    if not histories.age.any():
        return NotEstimable.NO_TIME_PASSED
    if not histories.repeats.any():
        return NotEstimable.NOBODY_REPEATS
    return None
