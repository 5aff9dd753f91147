"""Tests, effect sizes and agreement over counted answers."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import MonteCarloMethod, chi2_contingency, kruskal
from sklearn.metrics import cohen_kappa_score

Counts = NDArray[np.int64]

# The chi-squared distribution is valid from this expected count on (Cochran 1954), as in R. For
# smaller counts, tables with the same margins are drawn.
LEAST_EXPECTED = 5
DRAWN_TABLES = 9_999


@dataclass(frozen=True)
class Difference:
    """The difference between groups in their answers.

    test: chi_squared, chi_squared_monte_carlo or kruskal_wallis.
    statistic: X squared, or H with ties corrected.
    degrees_of_freedom: degrees of freedom of the statistic.
    p_value: probability of such a statistic if groups do not differ.
    effect_size: Cramer's V or epsilon squared, from 0 to 1.
    """

    test: str
    statistic: float
    degrees_of_freedom: int
    p_value: float
    effect_size: float


def nominal_difference(table: Counts, *, seed: int) -> Difference | None:
    """Pearson's chi-squared test of independence, without continuity correction, and Cramer's V.

    ``table`` is groups x answers. If an expected count is below 5, tables with the same margins are
    drawn with ``seed``. The p-value is the share of tables, the observed one included, that are at
    least as far from independence, as in R's ``chisq.test(simulate.p.value = TRUE)``. V is sqrt(X2
    / (n * (min(rows, columns) - 1))) (Cramer 1946), without a bias correction, because the test
    covers chance. None with fewer than two groups or answers.
    """
    table = _filled(table)
    if min(table.shape) < 2:
        return None
    found = chi2_contingency(table, correction=False)
    test, p_value = "chi_squared", found.pvalue
    if found.expected_freq.min() < LEAST_EXPECTED:
        drawn = MonteCarloMethod(n_resamples=DRAWN_TABLES, rng=np.random.default_rng(seed))
        test = "chi_squared_monte_carlo"
        p_value = chi2_contingency(table, correction=False, method=drawn).pvalue
    effect = np.sqrt(found.statistic / (table.sum() * (min(table.shape) - 1)))
    return Difference(test, float(found.statistic), int(found.dof), float(p_value), float(effect))


def ordinal_difference(table: Counts) -> Difference | None:
    """Kruskal-Wallis test with ties corrected, and epsilon squared.

    ``table`` is groups x answers in their order. Epsilon squared is H / (n - 1) (Tomczak and
    Tomczak 2014). None with fewer than two groups or answers.
    """
    table = _filled(table)
    if min(table.shape) < 2:
        return None
    places = np.arange(table.shape[1])
    statistic, p_value = kruskal(*(np.repeat(places, group) for group in table))
    effect = statistic / (table.sum() - 1)
    return Difference(
        "kruskal_wallis", float(statistic), len(table) - 1, float(p_value), float(effect)
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values of several tests (Holm 1979), in the given order."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    stepped = p[order] * np.arange(len(p), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return [float(value) for value in adjusted]


def kappa(
    stated: Sequence[Hashable], recorded: Sequence[Hashable], counts: Sequence[int]
) -> float | None:
    """Cohen's kappa (1960) of pairs with ``counts``; None with a single label."""
    pairs = zip(stated, recorded, counts, strict=True)
    if len({label for *labels, count in pairs if count for label in labels}) < 2:
        return None
    return float(cohen_kappa_score(stated, recorded, sample_weight=counts))


def _filled(table: Counts) -> Counts:
    """The groups and answers that occur."""
    table = np.asarray(table, dtype=np.int64)
    return table[table.any(axis=1)][:, table.any(axis=0)]
