"""Maximum likelihood for all models; a failed fit is a result with a reason.

Parameters are positive, so their logarithms are optimised. Then another unit of time only shifts a
logarithm, which changes nothing but the start.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

import numpy as np
from scipy.optimize import minimize

from customer_segmentation.value.histories import Floats

Model = TypeVar("Model")
ModelCo = TypeVar("ModelCo", covariant=True)

# Maximum factor between a parameter and its start. Further away, the parameter only describes a
# limit (all customers alike, nobody leaves).
FURTHEST = 1e4
# Steps of differences in log parameters, a balance of rounding and truncation errors.
_SLOPE_STEP = 1e-5
_HESSIAN_STEP = 1e-3
# The maximum is found if Newton's step gains less than this in log-likelihood.
_GAIN = 1e-7
# Minimum curvature per customer that differences can detect.
_FLAT = 1e-8


class NotEstimable(StrEnum):
    """The reason for a missing model."""

    NO_CUSTOMERS = "no_customers"
    ONE_CUSTOMER = "one_customer"
    NO_TIME_PASSED = "no_time_passed"
    NOBODY_REPEATS = "nobody_repeats"
    NO_SPEND = "no_spend"
    NOT_CONVERGED = "not_converged"
    INFINITE_MEAN_SPEND = "infinite_mean_spend"


MESSAGES = {
    NotEstimable.NO_CUSTOMERS: "there are no customers",
    NotEstimable.ONE_CUSTOMER: "one customer does not say how customers differ",
    NotEstimable.NO_TIME_PASSED: "everybody first bought today: no time has passed",
    NotEstimable.NOBODY_REPEATS: "nobody bought twice",
    NotEstimable.NO_SPEND: "nobody spent anything on repeat purchases",
    NotEstimable.INFINITE_MEAN_SPEND: "a few spend so much that the mean of all is infinite",
}


@dataclass(frozen=True)
class Fit(Generic[ModelCo]):
    """The result of a fit.

    model            the fitted model, or None with a ``reason``
    parameters       by name; the last values of a search that did not converge; else empty
    standard_errors  by name, in the parameters' own units; empty without a model
    log_likelihood   natural logarithm, over all customers, None if nothing was fitted
    message          one sentence for a person
    customers        number of fitted customers
    histories        number of distinct histories
    """

    model: ModelCo | None
    reason: NotEstimable | None
    message: str
    customers: int
    histories: int
    parameters: Mapping[str, float] = field(default_factory=dict)
    standard_errors: Mapping[str, float] = field(default_factory=dict)
    log_likelihood: float | None = None

    @property
    def converged(self) -> bool:
        """Whether the search ended in a maximum."""
        return bool(self.standard_errors)


def nothing_to_fit(reason: NotEstimable, customers: int, histories: int) -> Fit[Model]:
    """The result for data that cannot be fitted."""
    return Fit(None, reason, MESSAGES[reason], customers, histories)


def maximise(
    make_model: Callable[..., Model],
    log_likelihood: Callable[[Model], float],
    start: Mapping[str, float],
    customers: int,
    histories: int,
    slope: Callable[[Model], Floats] | None = None,
) -> Fit[Model]:
    """Finds the parameters that maximise the log-likelihood of ``make_model(**parameters)``.

    ``log_likelihood`` is the sum over all customers; ``slope`` its derivatives in the order of
    ``start``, by default from differences. The search begins at ``start`` and is deterministic.
    Standard errors are the errors of the log parameters (inverse Hessian) times the parameter
    (delta method).
    """
    names = tuple(start)
    origin = np.log(np.array(list(start.values())))

    def model_at(point: Floats) -> Model:
        return make_model(**_named(names, np.exp(point)))

    # The mean per customer, so that tolerances do not depend on the number of customers.
    def loss(point: Floats) -> float:
        return -log_likelihood(model_at(point)) / customers

    def loss_slope(point: Floats) -> Floats:
        if slope:
            return -slope(model_at(point)) * np.exp(point) / customers
        return np.array(_differences(loss, point, _SLOPE_STEP))

    reach = math.log(FURTHEST)
    search = minimize(
        loss,
        origin,
        jac=loss_slope,
        method="L-BFGS-B",
        bounds=[(centre - reach, centre + reach) for centre in origin],
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7},
    )
    point, curvature, gain = _polish(loss, loss_slope, search.x, customers)
    total = -loss(point) * customers
    parameters = _named(names, np.exp(point))
    problem = _problem(names, point - origin, curvature, gain)
    if problem:
        reason = NotEstimable.NOT_CONVERGED
        return Fit(None, reason, problem, customers, histories, parameters, {}, total)
    errors = np.sqrt(np.diag(np.linalg.inv(curvature)) / customers) * np.exp(point)
    return Fit(
        model=model_at(point),
        reason=None,
        message="converged",
        customers=customers,
        histories=histories,
        parameters=parameters,
        standard_errors=_named(names, errors),
        log_likelihood=total,
    )


def _problem(names: Sequence[str], moved: Floats, curvature: Floats, gain: float) -> str | None:
    """The reason why the end of a search is no maximum, or None."""
    at_limit = np.abs(moved) > math.log(FURTHEST) - 1e-3
    if at_limit.any():
        which = ", ".join(name for name, is_at in zip(names, at_limit, strict=True) if is_at)
        return f"the search ran off to the limit of {which}"
    if not _is_peak(curvature):
        return "the likelihood is flat: the data do not tell the parameters apart"
    if not gain <= _GAIN:
        return "the search stopped before the maximum"
    return None


def _polish(
    loss: Callable[[Floats], float],
    loss_slope: Callable[[Floats], Floats],
    point: Floats,
    customers: int,
) -> tuple[Floats, Floats, float]:
    """Newton's steps to the maximum; returns the point, the Hessian, and the next gain.

    The search leaves parameters right to about four digits; two or three steps improve them to the
    precision of the differences.
    """
    for _ in range(8):
        slope = loss_slope(point)
        hessian = np.array(_differences(loss_slope, point, _HESSIAN_STEP))
        hessian = (hessian + hessian.T) / 2
        if not _is_peak(hessian):
            return point, hessian, math.inf
        step = np.linalg.solve(hessian, slope)
        gain = float(slope @ step) / 2 * customers
        # Far from a maximum the step can be wrong; it is limited to a factor of e.
        step /= max(1.0, float(np.abs(step).max()))
        # A smaller step would move within the noise of the slope.
        if gain < _GAIN * 1e-4 or not loss(point - step) <= loss(point):
            return point, hessian, gain
        point = point - step
    return point, hessian, gain


def _is_peak(hessian: Floats) -> bool:
    """Whether the loss curves upwards in every direction, by more than rounding errors."""
    return bool(np.isfinite(hessian).all() and np.linalg.eigvalsh(hessian)[0] > _FLAT)


def _differences(function: Callable[[Floats], Any], point: Floats, size: float) -> list[Any]:
    """Central differences of a function (one value or several) by each coordinate."""
    steps = np.eye(len(point)) * size
    return [(function(point + step) - function(point - step)) / (2 * size) for step in steps]


def _named(names: Sequence[str], values: Floats) -> dict[str, float]:
    return dict(zip(names, map(float, values), strict=True))
