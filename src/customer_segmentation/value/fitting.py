"""Maximum likelihood: one way for all models, and a result that says when there is none.

Parameters are positive, so that their logarithms are what is optimised. That also takes care of
the unit of time: another unit is a shift of a logarithm, which changes the start and nothing else.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np
from scipy.optimize import minimize

from customer_segmentation.value.histories import Floats

Model = TypeVar("Model")
ModelCo = TypeVar("ModelCo", covariant=True)

# How far a parameter may go from its start, as a factor: further away it only names a limit
# (everybody alike, nobody leaves) that the data cannot tell from the parameter before it.
FURTHEST = 1e4
# Steps of the differences in log parameters: rounding and truncation are about equally small.
_GRADIENT_STEP = 1e-5
_HESSIAN_STEP = 1e-3
# The maximum is found when Newton's step would gain less than this in log-likelihood.
_GAIN = 1e-7
# Curvature per customer that the differences can tell from none.
_FLAT = 1e-8


class NotEstimable(StrEnum):
    """Why a model says nothing."""

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
    """What a fit found.

    model            the fitted model, or None when ``reason`` says why there is none
    parameters       by name; what the search ended with when it did not converge, else empty
    standard_errors  by name, in the parameters' own units; empty without a model
    log_likelihood   natural logarithm, over all customers, None when nothing was fitted
    message          one sentence for a person
    customers        how many customers it was fitted to
    histories        how many distinct histories they have
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
) -> Fit[Model]:
    """Finds the parameters that maximise the log-likelihood of ``make_model(**parameters)``.

    The search starts from ``start`` and is deterministic. Standard errors are those of the log
    parameters (inverse Hessian) times the parameter, the delta method.
    """
    names = tuple(start)
    origin = np.log(np.array(list(start.values())))

    def parameters_at(point: Floats) -> dict[str, float]:
        return dict(zip(names, map(float, np.exp(point)), strict=True))

    def loss(point: Floats) -> float:
        """The negative log-likelihood of a customer on average."""
        value = -log_likelihood(make_model(**parameters_at(point))) / customers
        return value if math.isfinite(value) else 1e10

    reach = math.log(FURTHEST)
    search = minimize(
        loss,
        origin,
        jac=lambda point: _gradient(loss, point),
        method="L-BFGS-B",
        bounds=[(centre - reach, centre + reach) for centre in origin],
        options={"maxiter": 500, "maxfun": 5000, "ftol": 1e-13, "gtol": 1e-7},
    )
    point, problem = np.asarray(search.x, dtype=np.float64), None
    point, hessian, gain = _polish(loss, point, origin, customers)
    at_limit = np.abs(point - origin) > reach - 1e-3
    if at_limit.any():
        which = ", ".join(name for name, is_at in zip(names, at_limit, strict=True) if is_at)
        problem = f"the search ran off to the limit of {which}"
    elif np.linalg.eigvalsh(hessian)[0] < _FLAT:
        problem = "the likelihood is flat: the data do not tell the parameters apart"
    elif gain > _GAIN:
        problem = f"the search stopped before the maximum ({search.message})"
    found = parameters_at(point)
    total = -loss(point) * customers
    if problem:
        return Fit(
            None, NotEstimable.NOT_CONVERGED, problem, customers, histories, found, {}, total
        )
    errors = np.sqrt(np.diag(np.linalg.inv(hessian)) / customers) * np.exp(point)
    return Fit(
        make_model(**found),
        None,
        "converged",
        customers,
        histories,
        found,
        dict(zip(names, map(float, errors), strict=True)),
        total,
    )


def _polish(
    loss: Callable[[Floats], float], point: Floats, origin: Floats, customers: int
) -> tuple[Floats, Floats, float]:
    """Newton's steps to the maximum; the point, its Hessian and what one more step would gain.

    The search stops where the likelihood changes little, which leaves parameters right to four
    digits or so; Newton's steps take them to the precision of the differences.
    """
    reach = math.log(FURTHEST)
    for _ in range(8):
        gradient, hessian = _gradient(loss, point), _hessian(loss, point)
        if np.linalg.eigvalsh(hessian)[0] < _FLAT:
            return point, hessian, math.inf
        step = np.linalg.solve(hessian, gradient)
        gain = float(gradient @ step) / 2 * customers
        # A step below the noise of the gradient would only move within the noise.
        if gain < _GAIN * 1e-4 or np.abs(point - step - origin).max() > reach:
            return point, hessian, gain
        if loss(point - step) > loss(point):
            return point, hessian, gain
        point = point - step
    return point, hessian, gain


def _gradient(loss: Callable[[Floats], float], point: Floats) -> Floats:
    """Central differences."""
    steps = np.eye(len(point)) * _GRADIENT_STEP
    return np.array([(loss(point + s) - loss(point - s)) / (2 * _GRADIENT_STEP) for s in steps])


def _hessian(loss: Callable[[Floats], float], point: Floats) -> Floats:
    """Central second differences, symmetric by construction."""
    size = len(point)
    steps = np.eye(size) * _HESSIAN_STEP
    centre = loss(point)
    along = [(loss(point + s), loss(point - s)) for s in steps]
    hessian = np.empty((size, size))
    for i in range(size):
        hessian[i, i] = along[i][0] + along[i][1] - 2 * centre
        for j in range(i):
            both = loss(point + steps[i] + steps[j]) + loss(point - steps[i] - steps[j])
            # f(+,+) + f(-,-) holds twice the mixed term besides the two pure ones.
            hessian[i, j] = hessian[j, i] = (both - sum(along[i]) - sum(along[j]) + 2 * centre) / 2
    return hessian / _HESSIAN_STEP**2
