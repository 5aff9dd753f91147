"""Drift between two days: the population stability index (PSI).

PSI is the sum over bins of (p - q) * ln(p / q), for shares p today and q on the other day. Without
a change, PSI is about chi-squared with bins - 1 degrees of freedom times (1/N + 1/M) for N and M
customers (Yurdakul 2018, Statistical Properties of Population Stability Index). A PSI below the
95th percentile is chance.
"""

from collections.abc import Hashable, Mapping
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.stats import chi2

from customer_segmentation.relations import schema

WARN_FROM = 0.1
FAIL_FROM = 0.25
SCHEMA = schema(
    "item_kind string, item string, as_of_date date, compared_with date, bins bigint, "
    "customers bigint, customers_then bigint, psi decimal, chance_bound decimal, verdict string"
)


def stability_index(counts: np.ndarray, counts_then: np.ndarray) -> tuple[float, float]:
    """The PSI of two samples and its 95th percentile by chance.

    Args:
        counts: (bins,) customers in each bin.
        counts_then: (bins,) customers in each bin of the other sample.

    Half a customer is added to every bin, so that empty bins have a finite PSI. A single bin never
    drifts: (0, 0).
    """
    bins = len(counts)
    shares = (counts + 0.5) / (counts.sum() + 0.5 * bins)
    shares_then = (counts_then + 0.5) / (counts_then.sum() + 0.5 * bins)
    index = float(np.sum((shares - shares_then) * np.log(shares / shares_then)))
    if bins < 2:
        return index, 0.0
    bound = (1 / counts.sum() + 1 / counts_then.sum()) * chi2.ppf(0.95, bins - 1)
    return index, float(bound)


def drift(bins: pd.DataFrame, days: pd.DataFrame, *, max_days: int, is_accepted: bool) -> pa.Table:
    """One row (``SCHEMA``) per compared item: a feature or a segmentation.

    Args:
        bins: rows of int_drift_bins.
        days: rows of int_segmentation_days. If a segmentation has another definition since the
            earlier day, its verdict is at most warn: the change is no sign of broken data.
        max_days: if the earlier day is longer ago, the verdict is at most warn.
        is_accepted: whether somebody has accepted the drift.

    The verdict is not_compared without an earlier day or customers on it, and warn without
    customers today. Otherwise it is stable, warn (over .1) or fail (over .25); warn and fail need a
    PSI above the bound of chance. An accepted fail is accepted.
    """
    versions = days.set_index(["segmentation", "logged_on"])["definition_version"].to_dict()
    rows = [
        _item(str(kind), str(item), group.sort_values("bin"), versions, max_days, is_accepted)
        for (kind, item), group in bins.groupby(["item_kind", "item"], sort=True)
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


def _item(
    kind: str,
    item: str,
    group: pd.DataFrame,
    versions: Mapping[Hashable, object],
    max_days: int,
    is_accepted: bool,
) -> dict[str, object]:
    as_of_date, compared_with = group["as_of_date"].iloc[0], group["compared_with"].iloc[0]
    row: dict[str, object] = {
        "item_kind": kind,
        "item": item,
        "as_of_date": as_of_date,
        "compared_with": None if pd.isna(compared_with) else compared_with,
        "bins": len(group),
        "customers": int(group["customers"].sum()),
        "customers_then": int(group["customers_then"].fillna(0).sum()),
        "verdict": "not_compared",
    }
    if row["compared_with"] is None or not row["customers_then"]:
        return row
    if not row["customers"]:
        # The run report says why the item is missing today.
        return row | {"verdict": "warn"}
    counts = group["customers"].to_numpy(float)
    index, bound = stability_index(counts, group["customers_then"].to_numpy(float))
    days = (pd.Timestamp(as_of_date) - pd.Timestamp(compared_with)).days
    is_redefined = kind == "segmentation" and (
        versions.get((item, as_of_date)) != versions.get((item, compared_with))
    )
    # Rounded, because the last digit of a logarithm depends on the machine.
    row["psi"], row["chance_bound"] = Decimal(f"{index:.6f}"), Decimal(f"{bound:.6f}")
    row["verdict"] = _verdict(
        round(index, 6), bound, days <= max_days and not is_redefined, is_accepted
    )
    return row


def _verdict(index: float, bound: float, is_comparable: bool, is_accepted: bool) -> str:
    if index <= max(WARN_FROM, bound):
        return "stable"
    if index <= FAIL_FROM or not is_comparable:
        return "warn"
    return "accepted" if is_accepted else "fail"
