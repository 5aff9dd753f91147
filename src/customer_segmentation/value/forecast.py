"""Expected purchases within a horizon, their present value, and the next order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from customer_segmentation.value.histories import Floats, Histories
from customer_segmentation.value.models import PurchaseModel

DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365
# A month of 30 days: 90 days are three of them, 365 days are twelve and five days.
DAYS_PER_MONTH = 30


@dataclass(frozen=True, eq=False)
class Forecast:
    """Expected purchases within ``days`` from today, one value per history.

    ``discounted`` is the sum of their present values; times the mean spend and the margin, it is
    the lifetime value.
    """

    days: int
    purchases: Floats
    discounted: Floats


def forecast_purchases(
    model: PurchaseModel, histories: Histories, horizons: Sequence[int], annual_rate: float
) -> tuple[Forecast, ...]:
    """A forecast for each horizon (days, from 1), discounted month by month.

    A month is 30 days, the last one the rest of the horizon. Purchases are discounted from the end
    of their month, by (1 + annual_rate) ^ (days / 365). Horizons share the ends of months: 90 and
    365 days together take 13 evaluations of the model. Raises ValueError for a horizon under a day
    or a rate of -1 or less.
    """
    if not all(days >= 1 for days in horizons):
        raise ValueError("a horizon must be at least one day")
    if not annual_rate > -1:
        raise ValueError("an annual rate must be above -1")
    month_ends = {days: {*range(DAYS_PER_MONTH, days, DAYS_PER_MONTH), days} for days in horizons}
    curve = model.purchase_curve(histories)
    before = {days: np.zeros(len(histories)) for days in month_ends}
    discounted = {days: np.zeros(len(histories)) for days in month_ends}
    for end in sorted(set().union(*month_ends.values())):
        until_end = curve(end / DAYS_PER_WEEK)
        present_value = (1 + annual_rate) ** (-end / DAYS_PER_YEAR)
        for days, ends in month_ends.items():
            if end in ends:
                discounted[days] += (until_end - before[days]) * present_value
                before[days] = until_end
    return tuple(Forecast(days, before[days], discounted[days]) for days in horizons)


def days_to_next_order(model: PurchaseModel, histories: Histories, cap_days: int = 365) -> Floats:
    """The first whole day by which one purchase is expected, NaN if that is after ``cap_days``.

    That is the smallest number of days with expected purchases >= 1. Expected purchases include the
    chance that the customer has left; customers who probably left have no next order. Raises
    ValueError for a cap under a day.
    """
    if cap_days < 1:
        raise ValueError("the cap must be at least one day")
    result = np.full(len(histories), np.nan)
    orders_again = model.expected_purchases(histories, cap_days / DAYS_PER_WEEK) >= 1
    curve = model.purchase_curve(histories.take(orders_again))
    # The order is after the first day and by the second; bisect until they are neighbours.
    not_yet = np.zeros(np.count_nonzero(orders_again))
    reached = np.full(len(not_yet), float(cap_days))
    while np.any(reached - not_yet > 1):
        middle = np.floor((not_yet + reached) / 2)
        is_reached = curve(middle / DAYS_PER_WEEK) >= 1
        # If both are neighbours already, the middle is the first of them and does not change.
        reached = np.where(is_reached, middle, reached)
        not_yet = np.where(is_reached, not_yet, middle)
    result[orders_again] = reached
    return result
