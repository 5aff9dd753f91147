"""Results of campaigns: contacted customers against those who were held out.

The share of customers who bought has the score interval of a difference (Newcombe 1998, Statistics
in Medicine 17, method 10). The net value has Welch's interval after CUPED: its mean is corrected by
what the customers bought before (Deng, Xu, Kohavi, Walker 2013), which narrows the interval and,
with a random draw, changes nothing else.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import norm, t

from customer_segmentation.relations import schema

SCHEMA = schema(
    "audience string, contacted bigint, held_out bigint, contacted_share double, "
    "held_out_share double, lift double, lift_low double, lift_high double, "
    "contacted_amount double, held_out_amount double, amount_lift double, amount_low double, "
    "amount_high double, amount_correlation double, needed_contacted bigint, "
    "needed_held_out bigint, verdict string, message string"
)
COLUMNS = ("audience", "is_holdout", "net_amount", "net_amount_before")

_CONFIDENCE = 0.95
_POWER = 0.8
_Z = float(norm.ppf(0.5 + _CONFIDENCE / 2))

Interval = tuple[float, float]


@dataclass(frozen=True)
class Amounts:
    """Amounts of a group of customers, each with its number of customers."""

    after: NDArray[np.float64]
    before: NDArray[np.float64]
    customers: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Number of customers."""
        return int(self.customers.sum())

    @property
    def buyers(self) -> int:
        """Number of customers with a purchase."""
        return int(self.customers[self.after > 0].sum())


def share_interval(ones: int, of: int) -> Interval:
    """The score interval (Wilson) of the share ``ones / of``."""
    share, square = ones / of, _Z**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of**2)) / (1 + square / of)
    return middle - half, middle + half


def share_difference(ones: int, of: int, other_ones: int, other_of: int) -> Interval:
    """The interval of ``ones / of - other_ones / other_of``."""
    share, other = ones / of, other_ones / other_of
    low, high = share_interval(ones, of)
    other_low, other_high = share_interval(other_ones, other_of)
    difference = share - other
    return (
        difference - math.hypot(share - low, other_high - other),
        difference + math.hypot(high - share, other - other_low),
    )


def needed_customers(share: float, lift: float, ratio: float) -> tuple[int, int]:
    """Customers to contact and to hold out, so that a lift is found four times in five.

    Args:
        share: the share of held-out customers who buy.
        lift: the difference to find, as a share.
        ratio: contacted customers per customer held out.

    Fleiss, Levin, Paik (2003), with the correction for continuity.
    """
    # If a lift is more than there is, a fall of the same size is as hard to find.
    lifted = share + lift if share + lift <= 1 else share - lift
    lift = abs(lifted - share)
    pooled = (share + ratio * lifted) / (1 + ratio)
    chance = _Z * math.sqrt((1 + ratio) * pooled * (1 - pooled))
    power = norm.ppf(_POWER) * math.sqrt(ratio * share * (1 - share) + lifted * (1 - lifted))
    held_out = (chance + power) ** 2 / (ratio * lift**2)
    corrected = 1 + math.sqrt(1 + 2 * (1 + ratio) / (held_out * ratio * lift))
    held_out *= (corrected / 2) ** 2
    return math.ceil(ratio * held_out), math.ceil(held_out)


def amount_difference(contacted: Amounts, held_out: Amounts) -> tuple[float, Interval, float]:
    """The difference of mean amounts after CUPED, its interval, and the correlation it uses.

    Each group has at least two customers. Without a spread there is no interval: (nan, nan).
    """
    groups = (contacted, held_out)
    weights = np.concatenate([group.customers for group in groups]).astype(float)
    # Deviations from the mean of the group, so that an effect is no correlation.
    after, before = (
        np.concatenate(
            [amounts - np.average(amounts, weights=group.customers) for group, amounts in pairs]
        )
        for pairs in (
            [(group, group.after) for group in groups],
            [(group, group.before) for group in groups],
        )
    )
    product = float(weights @ (after * before))
    squares = float(weights @ after**2), float(weights @ before**2)
    slope = product / squares[1] if squares[1] > 0 else 0.0
    root = math.sqrt(squares[0] * squares[1])
    correlation = product / root if root > 0 else 0.0
    means, errors, freedom = [], [], []
    for group in groups:
        corrected = group.after - slope * group.before
        mean = float(np.average(corrected, weights=group.customers))
        spread = float(group.customers @ (corrected - mean) ** 2) / (group.size - 1)
        means.append(mean)
        errors.append(spread / group.size)
        freedom.append((spread / group.size) ** 2 / (group.size - 1))
    difference, error = means[0] - means[1], math.sqrt(sum(errors))
    if error == 0:
        return difference, (math.nan, math.nan), correlation
    half = float(t.ppf(0.5 + _CONFIDENCE / 2, sum(errors) ** 2 / sum(freedom))) * error
    return difference, (difference - half, difference + half), correlation


def audience_results(
    days: pa.Table, audiences: Iterable[str], *, least: int, lift: float
) -> pa.Table:
    """One row (``SCHEMA``) per audience.

    Args:
        days: the values of ``COLUMNS`` with their number of customers: each customer's first
            contact in an audience, with a complete window.
        audiences: the audiences of the catalogue.
        least: the minimum of customers whose figures are shown, in each group.
        lift: the difference of shares that matters, such as .05.

    The verdict is about the share who bought. works: the interval is above 0. harms: it is below 0.
    no_effect: it contains 0, and the customers are enough to find ``lift``. Otherwise too_few.
    Amounts of a group with one to ``least`` - 1 buyers are hidden.
    """
    frame = days.to_pandas()
    found = {str(name): group for name, group in frame.groupby("audience")}
    rows = [
        _result(name, found.get(name, frame.iloc[:0]), least, lift)
        for name in sorted({*audiences, *found})
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


def _result(audience: str, rows: pd.DataFrame, least: int, lift: float) -> dict[str, Any]:
    contacted, held_out = (_amounts(rows[rows["is_holdout"] == held]) for held in (False, True))
    row: dict[str, Any] = dict.fromkeys(SCHEMA.names)
    row |= {"audience": audience, "contacted": contacted.size, "held_out": held_out.size}
    # Two customers have a spread.
    if min(contacted.size, held_out.size) < max(least, 2):
        return row | {
            "verdict": "too_few",
            "message": "nobody was held out"
            if contacted.size and not held_out.size
            else f"fewer than {max(least, 2)} customers in a group with a complete window",
        }
    shares = contacted.buyers / contacted.size, held_out.buyers / held_out.size
    low, high = share_difference(contacted.buyers, contacted.size, held_out.buyers, held_out.size)
    needed = needed_customers(shares[1], lift, contacted.size / held_out.size)
    row |= {
        "contacted_share": shares[0],
        "held_out_share": shares[1],
        "lift": shares[0] - shares[1],
        "lift_low": low,
        "lift_high": high,
        "needed_contacted": needed[0],
        "needed_held_out": needed[1],
    }
    if not any(0 < group.buyers < least for group in (contacted, held_out)):
        difference, interval, correlation = amount_difference(contacted, held_out)
        row |= {
            "contacted_amount": _mean(contacted),
            "held_out_amount": _mean(held_out),
            "amount_lift": difference,
            "amount_low": None if math.isnan(interval[0]) else interval[0],
            "amount_high": None if math.isnan(interval[1]) else interval[1],
            "amount_correlation": correlation,
        }
    enough = contacted.size >= needed[0] and held_out.size >= needed[1]
    if low > 0:
        verdict, message = "works", "more of the contacted customers bought"
    elif high < 0:
        verdict, message = "harms", "fewer of the contacted customers bought"
    elif enough:
        verdict, message = "no_effect", f"a lift of {100 * lift:g} points would have been found"
    else:
        verdict = "too_few"
        message = (
            f"a lift of {100 * lift:g} points needs {needed[0]} contacted customers and "
            f"{needed[1]} held out"
        )
    return row | {"verdict": verdict, "message": message}


def _amounts(rows: pd.DataFrame) -> Amounts:
    # In an order, because sums of doubles depend on it.
    rows = rows.sort_values(["net_amount", "net_amount_before"])
    return Amounts(
        rows["net_amount"].to_numpy(np.float64),
        rows["net_amount_before"].to_numpy(np.float64),
        rows["customers"].to_numpy(np.int64),
    )


def _mean(group: Amounts) -> float:
    return float(np.average(group.after, weights=group.customers))
