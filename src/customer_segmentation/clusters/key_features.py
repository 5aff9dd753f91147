"""Rank the features that distinguish the segments of a segmentation, by size of effect."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.special import chdtrc
from scipy.stats import false_discovery_control

from customer_segmentation.relations import schema

Table = NDArray[np.float64]

# The rarer values of a category are merged.
MAX_LEVELS = 50
# Requirements of a rank.
MIN_CUSTOMERS = 30
MAX_ADJUSTED_P = 0.05

SCHEMA = schema(
    "segmentation string, feature string, feature_rank bigint, kind string, measure string, "
    "effect double, strength double, p_value double, adjusted_p_value double, customers bigint, "
    "unknown_customers bigint"
)
MEASURES = [
    *("feature", "kind", "measure", "effect", "strength", "p_value", "adjusted_p_value"),
    *("customers", "unknown_customers", "segments"),
]
COLUMNS = ["segmentation", *MEASURES, "feature_rank"]


def compared_segments(features: pa.Table) -> str:
    """The condition in SQL on the compared segments, for the first customers by id.

    Only primary segments are compared; unknown, too_few and not_applicable are not segments.
    """
    last = max(features["customer_id"].to_pylist(), default="").replace("'", "''")
    return (
        "is_primary and segment not in ('unknown', 'too_few', 'not_applicable') "
        f"and customer_id <= '{last}'"
    )


def key_feature_table(
    segments: pa.Table, features: pa.Table, *, sources: pa.Table, available: pa.Table, least: int
) -> pa.Table:
    """Ranked ``key_features`` as a table (``SCHEMA``), from tables with a column customer_id.

    ``segments`` has a row per customer and segmentation, ``features`` one per customer; segments of
    other customers are left out. ``sources`` has the features that a segmentation is made from
    (segmentation, feature), which are not compared with it. Numbers, booleans and text are
    compared; dates, ids (..._id) and origins of values (..._source, ..._reason) are not. Only the
    ``available`` segmentations are compared, and features of at least ``least`` customers.
    """
    unknown = set(sources["feature"].to_pylist()) - set(features.column_names)
    if unknown:
        raise ValueError(
            f"segmentation_sources: {', '.join(sorted(unknown))}; expected columns of "
            "customer_features"
        )
    named = re.compile(r"_(id|source|reason)$")
    chosen = [
        field.name
        for field in features.schema
        if not named.search(field.name)
        and not pa.types.is_temporal(field.type)
        and not pa.types.is_null(field.type)
    ]
    columns = {
        name: features[name].cast(pa.float64()).to_pandas()
        if pa.types.is_decimal(features.schema.field(name).type)
        else features[name].to_pandas()
        for name in chosen
    }
    by_customer = pd.DataFrame(columns).set_index(features["customer_id"].to_pandas()).sort_index()
    known = segments.filter(
        pc.and_(
            pc.is_in(segments["customer_id"], features["customer_id"]),
            pc.is_in(segments["segmentation"], available["segmentation"]),
        )
    )
    wide = known.to_pandas().pivot(index="customer_id", columns="segmentation", values="segment")
    own: dict[str, set[str]] = defaultdict(set)
    for row in sources.to_pylist():
        own[row["segmentation"]].add(row["feature"])
    found = key_features(wide.sort_index(), by_customer, own, max(MIN_CUSTOMERS, least))
    ranked = found[found["feature_rank"].notna()]
    return pa.Table.from_pandas(ranked, SCHEMA, preserve_index=False)


def key_features(
    segments: pd.DataFrame,
    features: pd.DataFrame,
    sources: Mapping[str, set[str]] | None = None,
    least: int = MIN_CUSTOMERS,
) -> pd.DataFrame:
    """One row per segmentation and feature (``COLUMNS``), ranked by difference of the segments.

    ``segments`` has a column per segmentation, ``features`` a column per feature; both have the
    same customers as index. ``sources`` has the features that a segmentation is made from, which
    are left out: they differ between the segments by definition. Numbers are columns of numbers,
    categories all others, booleans among them.

    ``effect`` is epsilon squared of the Kruskal-Wallis test for numbers and Cramer's V without its
    bias (Bergsma 2013) for categories, both from 0 to 1. The first is a share of variance and the
    second a correlation. So the rank is by ``strength``, the root of the first or the second
    itself, then by name. ``p_value`` is of the chi-squared distribution, and ``adjusted_p_value``
    is adjusted for all features of the segmentation (Benjamini and Hochberg 1995). Only features
    with an adjusted p-value below .05 have a rank: of those that chance gives, 5 % remain.

    Customers with a null value are counted as ``unknown_customers`` and left out. Customers without
    a segment are not counted. With fewer than two segments or values, effect and ``feature_rank``
    are null; with fewer than ``least`` customers, rank and adjusted p-value are. Text that differs
    for nearly every customer is no feature of segments: values beyond the 50 most frequent are
    merged.
    """
    features = features.loc[segments.index]
    # Once for all: each segmentation then only costs a count per feature.
    numbered = {str(name): _numbered(features[name]) for name in features}
    tables = [pd.DataFrame(columns=COLUMNS)]
    for segmentation in segments:
        of_segment, names = pd.factorize(segments[segmentation], sort=True)
        rows = [
            _measured(name, is_number, _crossed(of_segment, of_value, len(names)))
            for name, (is_number, of_value) in sorted(numbered.items())
            if name not in (sources or {}).get(str(segmentation), ())
        ]
        if len(names) and rows:
            tables.append(_ranked(rows, least).assign(segmentation=str(segmentation))[COLUMNS])
    return pd.concat(tables[1:] or tables, ignore_index=True)


def _numbered(column: pd.Series) -> tuple[bool, NDArray[np.int64]]:
    """Whether a column has numbers, and the position of each value in their order, -1 for null."""
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    values = column.astype(float) if is_number else column.astype("string")
    return is_number, np.asarray(pd.factorize(values, sort=True)[0], dtype=np.int64)


def _crossed(rows: NDArray[np.int64], columns: NDArray[np.int64], height: int) -> Table:
    """Customers by segment and value; the last column has those without a value."""
    width = int(columns.max(initial=-1)) + 2
    known = rows >= 0
    cells = rows[known] * width + np.where(columns[known] < 0, width - 1, columns[known])
    return np.bincount(cells, minlength=height * width).reshape(height, width).astype(float)


def _ranked(rows: Sequence[tuple[object, ...]], least: int) -> pd.DataFrame:
    """Rows of ``_measured`` with their rank."""
    result = pd.DataFrame(rows, columns=MEASURES).astype(
        {"effect": float, "strength": float, "p_value": float, "adjusted_p_value": float}
    )
    tested = (result["customers"] >= least) & result["p_value"].notna()
    if tested.any():
        result.loc[tested, "adjusted_p_value"] = false_discovery_control(
            result.loc[tested, "p_value"].to_numpy()
        )
    result["is_key"] = result["adjusted_p_value"] < MAX_ADJUSTED_P
    result = result.sort_values(
        ["is_key", "strength", "feature"],
        ascending=[False, False, True],
        na_position="last",
        ignore_index=True,
    )
    ranks = pd.Series(np.arange(1, len(result) + 1), index=result.index, dtype="Int64")
    return result.assign(feature_rank=ranks.where(result["is_key"]))


def _p_value(chi_squared: float, freedom: int) -> float:
    # scipy.stats.chi2.sf is this too, after checks that take fifty times as long.
    return float(chdtrc(freedom, chi_squared))


def epsilon_squared(table: Table) -> tuple[float, float]:
    """Effect and p-value of Kruskal-Wallis, ties corrected: H / (n - 1).

    ``table`` has customers by segments x values in ascending order, no row or column empty.
    """
    of_segment, of_value = table.sum(axis=1), table.sum(axis=0)
    n = of_value.sum()
    ranks = np.cumsum(of_value) - (of_value - 1) / 2
    sums = table @ ranks
    h = 12 / (n * (n + 1)) * (sums**2 / of_segment).sum() - 3 * (n + 1)
    h /= 1 - (of_value**3 - of_value).sum() / (n**3 - n)
    h = max(float(h), 0.0)
    return min(h / (n - 1), 1.0), _p_value(h, len(table) - 1)


def cramers_v(table: Table) -> tuple[float, float]:
    """Effect and p-value of chi-squared; ``table`` is segments x values, without empty ones."""
    n = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chi_squared = float(((table - expected) ** 2 / expected).sum())
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    # The expected value for independent variables is subtracted.
    phi_squared = max(0.0, chi_squared / n - freedom / (n - 1))
    rows, columns = (size - (size - 1) ** 2 / (n - 1) for size in table.shape)
    smaller = min(rows - 1, columns - 1)
    effect = min(float(np.sqrt(phi_squared / smaller)), 1.0) if smaller > 0 else 0.0
    return effect, _p_value(chi_squared, freedom)


def _measured(feature: str, is_number: bool, crossed: Table) -> tuple[object, ...]:
    """A row of the result, from customers by segment and value; the last column counts nulls."""
    total, table = int(crossed.sum()), crossed[:, :-1]
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    if not is_number:
        table = _frequent(table)
    customers = int(table.sum())
    effect = p_value = np.nan
    if min(table.shape) > 1:
        effect, p_value = epsilon_squared(table) if is_number else cramers_v(table)
    return (
        feature,
        "number" if is_number else "category",
        "epsilon_squared" if is_number else "cramers_v",
        effect,
        float(np.sqrt(effect)) if is_number else effect,
        p_value,
        np.nan,
        customers,
        total - customers,
        len(table),
    )


def _frequent(table: Table) -> Table:
    """The columns of the most frequent values (ties: the first), and one of all others."""
    if table.shape[1] <= MAX_LEVELS:
        return table
    order = np.argsort(-table.sum(axis=0), kind="stable")
    frequent, rare = order[: MAX_LEVELS - 1], order[MAX_LEVELS - 1 :]
    return np.column_stack([table[:, frequent], table[:, rare].sum(axis=1)])
