"""Put features on a common scale: one row of parameters per feature.

With the parameters of a feature, its value x becomes, here and in SQL (see ``scoring``)::

    w = least(greatest(x, low), high)
    y = case when is_log then ln(1 + w) else w end
    z = coalesce((y - centre) / scale, 0), and 0 where x is null

Nulls need their own case: ``least`` and ``greatest`` ignore them, so that a null would become
``low``. An unused feature has no parameters, and its z is 0.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import skew

LOWER_PERCENTILE, UPPER_PERCENTILE = 1, 99
# Above this skew, a feature is put on a log scale.
LOG_SKEW = 1.0
# The interquartile range of a normal distribution, in standard deviations.
NORMAL_IQR = 1.3489795003921634
# Below this share of the standard deviation, the interquartile range is no measure of spread.
USABLE_IQR = 0.1

COLUMNS = ["feature", "low", "high", "is_log", "centre", "scale", "is_used", "note"]


def by_customer(features: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of their key, so that no result depends on their order.

    Raises ValueError if a customer has two rows, because the customer would count twice.
    """
    if not features.index.is_unique:
        raise ValueError("a customer has more than one row")
    return features.sort_index()


def fit_preparation(features: pd.DataFrame) -> pd.DataFrame:
    """The parameters of each column: a table of ``COLUMNS``, in the order of the columns.

    ``low`` and ``high`` are the 1st and 99th percentile. The scale is logarithmic if the skew of
    the winsorised values is above 1 and none is negative. ``centre`` is the median and ``scale``
    the interquartile range in units of a standard deviation, both after winsorising and the
    logarithm. If most customers share a value, that range is (nearly) 0 and the other customers
    would dominate every distance; then ``scale`` is the standard deviation.
    """
    return pd.DataFrame(
        [_parameters(str(name), _values(features[name])) for name in features], columns=COLUMNS
    )


def prepared(features: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """The used features on their common scale, without nulls, rows in the given order.

    Raises KeyError if a feature of ``parameters`` is missing.
    """
    rows = parameters.set_index("feature")
    columns = {
        feature: _transformed(
            features[feature].to_numpy(dtype=float, na_value=np.nan),
            row["low"],
            row["high"],
            row["is_log"],
            row["centre"],
            row["scale"],
        )
        for feature, row in rows.loc[list(used_features(parameters))].iterrows()
    }
    return pd.DataFrame(columns, index=features.index, dtype=float)


def used_features(parameters: pd.DataFrame) -> Sequence[str]:
    """The features that are not constant, in their order."""
    return [str(name) for name in parameters.loc[parameters["is_used"].astype(bool), "feature"]]


def _values(column: pd.Series) -> NDArray[np.float64]:
    """The known values, sorted, because sums of floats depend on the order of their terms."""
    values = column.to_numpy(dtype=float, na_value=np.nan)
    return np.sort(values[np.isfinite(values)])


def _parameters(
    feature: str, values: NDArray[np.float64]
) -> tuple[str, float, float, bool, float, float, bool, str | None]:
    if values.size == 0:
        return _unused(feature, "no value")
    low, high = np.percentile(values, [LOWER_PERCENTILE, UPPER_PERCENTILE])
    # Relative to their size, because the mean of equal floats can differ from them.
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        return _unused(feature, "constant between the 1st and the 99th percentile")
    winsorised = np.clip(values, low, high)
    is_log = bool(low >= 0 and skew(winsorised) > LOG_SKEW)
    scaled = np.log(1 + winsorised) if is_log else winsorised
    quartiles = np.percentile(scaled, [25, 50, 75])
    robust = (quartiles[2] - quartiles[0]) / NORMAL_IQR
    deviation = float(scaled.std())
    is_robust = robust >= USABLE_IQR * deviation
    return (
        feature,
        float(low),
        float(high),
        is_log,
        float(quartiles[1]),
        float(robust) if is_robust else deviation,
        True,
        None if is_robust else "scaled by the standard deviation: most customers share a value",
    )


def _unused(
    feature: str, note: str
) -> tuple[str, float, float, bool, float, float, bool, str | None]:
    return feature, np.nan, np.nan, False, np.nan, np.nan, False, note


def _transformed(
    values: NDArray[np.float64], low: float, high: float, is_log: bool, centre: float, scale: float
) -> NDArray[np.float64]:
    winsorised = np.clip(values, low, high)
    # Not log1p: SQL only has ln(1 + x), and both must agree.
    scaled = np.log(1 + winsorised) if is_log else winsorised
    return np.where(np.isnan(values), 0.0, (scaled - centre) / scale)
