"""Which features tell the segments of any segmentation apart, by size of effect.

Everything follows from counts of customers by segment and value. A few thousand customers can be
counted here (``counts``); all of them are counted in SQL, a feature at a time::

    select 'age_years' as feature, segment, cast(age_years as double) as number,
        cast(null as string) as category, count(*) as customers
    from ... group by segment, age_years

A number of many values is cut into about a hundred bins first, and its bin or the bin's lowest
value taken as ``number``: only the order counts, and customers of a bin are ties.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

Table = NDArray[np.float64]

# Rarer values of a category are one.
MAX_LEVELS = 50

COUNT_COLUMNS = ["feature", "segment", "number", "category", "customers"]
COLUMNS = [
    "feature",
    "kind",
    "measure",
    "effect",
    "strength",
    "p_value",
    "customers",
    "unknown_customers",
    "segments",
    "rank",
]


def key_features(segments: pd.Series, features: pd.DataFrame) -> pd.DataFrame:
    """The features of customers, ranked by how much they differ between their ``segments``.

    Numbers are columns of numbers, categories all others, booleans among them. See
    ``key_features_of_counts`` for the result.
    """
    return key_features_of_counts(counts(segments, features))


def counts(segments: pd.Series, features: pd.DataFrame) -> pd.DataFrame:
    """Customers by feature, segment and value: ``COUNT_COLUMNS``.

    ``number`` or ``category`` holds the value, neither where it is null. Customers without a
    segment, or in only one of the two arguments, are left out.
    """
    known = segments.dropna().rename("segment")
    tables = []
    for name in features:
        column = features[name].rename("value")
        is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        rows = pd.concat([known, column], axis=1, join="inner")
        counted = rows.groupby(["segment", "value"], dropna=False, observed=True).size()
        table = counted.rename("customers").reset_index()
        value = table["value"]
        table["feature"] = str(name)
        table["number"] = value.astype(float) if is_number else np.nan
        table["category"] = None if is_number else value.astype("string")
        tables.append(table[COUNT_COLUMNS].astype({"number": float, "category": "string"}))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COUNT_COLUMNS)


def key_features_of_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """One row a feature (``COLUMNS``) from ``counts`` as above.

    ``effect`` is epsilon squared of the Kruskal-Wallis test for numbers and Cramer's V without its
    bias (Bergsma 2013) for categories, both from 0 to 1. The first is a share of variance and the
    second a correlation, so ``strength``, by which they are ranked, is the root of the first and
    the second as it is; equal ones by name. ``p_value`` is of the chi-squared distribution.

    Customers whose value is null are counted as ``unknown_customers`` and left out. With fewer
    than two segments or values there is no effect, and no rank (null). A feature of nobody is not
    in ``counts``, and has no row. Text that is different for nearly everybody says nothing: values
    beyond the 50 most frequent are one.
    """
    rows = [
        _measured(str(feature), table) for feature, table in counts.groupby("feature", sort=True)
    ]
    result = pd.DataFrame(rows, columns=COLUMNS[:-1]).astype(
        {"effect": float, "strength": float, "p_value": float}
    )
    result = result.sort_values(
        ["strength", "feature"], ascending=[False, True], na_position="last", ignore_index=True
    )
    ranks = pd.Series(np.arange(1, len(result) + 1), index=result.index, dtype="Int64")
    return result.assign(rank=ranks.where(result["strength"].notna()))


def epsilon_squared(table: Table) -> tuple[float, float]:
    """Effect and p-value of Kruskal-Wallis, ties corrected: H / (n - 1).

    ``table`` is segments x values in ascending order, in customers; each row and column has some.
    """
    of_segment, of_value = table.sum(axis=1), table.sum(axis=0)
    n = of_value.sum()
    ranks = np.cumsum(of_value) - (of_value - 1) / 2
    sums = table @ ranks
    h = 12 / (n * (n + 1)) * (sums**2 / of_segment).sum() - 3 * (n + 1)
    h /= 1 - (of_value**3 - of_value).sum() / (n**3 - n)
    h = max(float(h), 0.0)
    return min(h / (n - 1), 1.0), float(chi2.sf(h, len(table) - 1))


def cramers_v(table: Table) -> tuple[float, float]:
    """Effect and p-value of chi-squared; ``table`` is segments x values, without empty ones."""
    n = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chi_squared = float(((table - expected) ** 2 / expected).sum())
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    # What independent variables give by chance is taken off.
    phi_squared = max(0.0, chi_squared / n - freedom / (n - 1))
    rows, columns = (size - (size - 1) ** 2 / (n - 1) for size in table.shape)
    smaller = min(rows - 1, columns - 1)
    effect = min(float(np.sqrt(phi_squared / smaller)), 1.0) if smaller > 0 else 0.0
    return effect, float(chi2.sf(chi_squared, freedom))


def _measured(
    feature: str, counts: pd.DataFrame
) -> tuple[str, str, str, float, float, float, int, int, int]:
    is_number = bool(counts["category"].isna().all())
    value = "number" if is_number else "category"
    known = counts[counts[value].notna()]
    table = known.pivot_table(
        index="segment", columns=value, values="customers", aggfunc="sum", fill_value=0
    ).to_numpy(dtype=float)
    if not is_number:
        table = _frequent(table)
    total, customers = int(counts["customers"].sum()), int(table.sum())
    effect = p_value = np.nan
    if min(table.shape) > 1:
        effect, p_value = epsilon_squared(table) if is_number else cramers_v(table)
    return (
        feature,
        value,
        "epsilon_squared" if is_number else "cramers_v",
        effect,
        float(np.sqrt(effect)) if is_number else effect,
        p_value,
        customers,
        total - customers,
        len(table),
    )


def _frequent(table: Table) -> Table:
    """The columns of the most frequent values, of equal ones the first, and one of the others."""
    if table.shape[1] <= MAX_LEVELS:
        return table
    order = np.argsort(-table.sum(axis=0), kind="stable")
    frequent, rare = order[: MAX_LEVELS - 1], order[MAX_LEVELS - 1 :]
    return np.column_stack([table[:, frequent], table[:, rare].sum(axis=1)])
