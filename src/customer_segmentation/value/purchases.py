"""Expected purchases of a customer who is alive and may leave after each purchase.

The purchase rate has a gamma law (shape R, A weeks); the probability p of leaving after a purchase
has a beta law (a, B). The expected purchases within t weeks are the mean of (1 - (1 + p t / A)^-R)
/ p over p. The papers write it with the hypergeometric function

    (c - 1) / (a - 1) * (1 - (1 - w)^R 2F1(R, B; c - 1; w)),   c = a + B,   w = t / (A + t),

This is 0/0 at a = 1, loses digits near a = 1 and overflows for frequent buyers. Here Euler's
transformation and the binomial series turn both terms into one power series,

    (1 - w)^(a - 1) * sum over k from 1 of (a)_{k-1} / k! * d_k * w^k,
    d_1 = R,   d_{k+1} = ((c - 1) R + d_k (h + k)) / (c + k - 1),   h = c - 1 - R,

This series has none of these problems. Its coefficients only depend on the repeat purchases, so
histories with equal repeats share them, and scoring evaluates polynomials. If the series would be
long (w near 1) or would cancel (h far below 0), Gauss-Jacobi quadrature over p replaces it; its
terms are all positive.
"""

from functools import lru_cache

import numpy as np
from scipy.linalg import eigh_tridiagonal

from customer_segmentation.value.histories import Floats, Histories, Integers
from customer_segmentation.value.models import Curve, check_weeks

# Histories are evaluated by class of w, each with the terms that its largest w needs.
_CLASSES = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.86, 0.9, 0.93, 0.95])
_TERMS = 1024
# Maximum sum of the omitted terms, relative to the whole sum.
_PRECISION = 1e-15
# Maximum ratio of the terms to their sum: it costs 4 of the 15 digits. Above it, quadrature, which
# is ten times slower, replaces them.
_CANCELLATION = 1e4
# Small enough for the processor's cache.
_BLOCK = 8192
# Nodes of the quadrature, doubled until the result is stable.
_FIRST_NODES, _MOST_NODES = 16, 1024


def purchases_curve(histories: Histories, r: float, alpha: float, a: float, b: float) -> Curve:
    """Expected purchases of customers who are alive today, as a function of the weeks ahead.

    In the formulas above, R = r + x, A = alpha + T and B = b + x for x repeats and T weeks.
    """
    scale = alpha + histories.age
    level = np.repeat(np.arange(len(histories.repeat_levels)), histories.level_sizes)
    coefficients = _coefficients(r + histories.repeat_levels, a, b + histories.repeat_levels)
    terms = _terms_needed(coefficients)

    def curve(weeks: float | Floats) -> Floats:
        check_weeks(weeks)
        odds = weeks / scale
        share = odds / (1 + odds)
        size_class = np.searchsorted(_CLASSES, share)
        needed = terms[size_class, level]
        purchases = np.zeros(len(share))
        for number in range(len(_CLASSES)):
            members = np.flatnonzero((size_class == number) & (needed > 0))
            for at in range(0, len(members), _BLOCK):
                block = members[at : at + _BLOCK]
                purchases[block] = _sum_series(
                    coefficients, int(needed[block].max()), level[block], share[block]
                )
        purchases *= (1 + odds) ** (1 - a)
        rest = np.flatnonzero(needed == 0)
        for this_level in np.unique(level[rest]):
            members = rest[level[rest] == this_level]
            x = histories.repeat_levels[this_level]
            purchases[members] = _mean_over_p(odds[members], r + x, a, b + x)
        return purchases

    return curve


def _coefficients(rate_shape: Floats, a: float, stay_shape: Floats) -> Floats:
    """The coefficients of w, w^2, ...: one row per power, one column per level of repeats."""
    c_minus_1 = a + stay_shape - 1
    h = c_minus_1 - rate_shape
    d = rate_shape
    factor = 1.0
    rows = np.empty((_TERMS, len(rate_shape)))
    for k in range(1, _TERMS + 1):
        rows[k - 1] = factor * d
        d = (c_minus_1 * rate_shape + d * (h + k)) / (c_minus_1 + k)
        factor *= (a + k - 1) / (k + 1)
    return rows


def _terms_needed(coefficients: Floats) -> Integers:
    """The number of terms for each class of w (rows) and level (columns).

    0 if the series cannot be used: in the last row, for every w above the classes, and if it
    cancels or has not ended after ``_TERMS`` terms.
    """
    needed = np.zeros((len(_CLASSES) + 1, coefficients.shape[1]), dtype=np.int64)
    powers = np.arange(1, _TERMS + 1)
    for number, largest in enumerate(_CLASSES):
        values = coefficients * (largest**powers)[:, np.newaxis]
        total = np.abs(values.sum(axis=0))
        sizes = np.abs(values)
        # The rest of the sum after each term, with a geometric tail for terms not computed.
        beyond = sizes[-1] * largest / (1 - largest)
        following = np.cumsum(sizes[::-1], axis=0)[::-1] - sizes + beyond
        count = 1 + np.argmax(following <= _PRECISION * total, axis=0)
        serves = (beyond <= _PRECISION * total) & (sizes.sum(axis=0) <= _CANCELLATION * total)
        needed[number] = np.where(serves, count, 0)
    return needed


def _sum_series(coefficients: Floats, terms: int, level: Integers, share: Floats) -> Floats:
    """Horner's rule, from the last term to the first."""
    total = coefficients[terms - 1].take(level)
    for row in coefficients[: terms - 1][::-1]:
        total *= share
        total += row.take(level)
    return np.asarray(total * share)


def _mean_over_p(odds: Floats, rate_shape: float, a: float, stay_shape: float) -> Floats:
    """The mean of (1 - (1 + p t / A)^-R) / p over p, ``odds`` being t / A.

    Each round doubles the nodes, which squares the error: if the mean changes at most in the ninth
    digit, the new mean is exact up to rounding. NaN if it is not stable with ``_MOST_NODES``, which
    needs a t of about ten thousand times A.
    """
    mean, nodes = np.full(len(odds), np.nan), _FIRST_NODES
    open_ones = np.arange(len(odds))
    while len(open_ones) and nodes <= _MOST_NODES:
        p, weights = _beta_quadrature(a, stay_shape, nodes)
        new = np.empty(len(open_ones))
        size = _BLOCK * _FIRST_NODES // nodes
        for at in range(0, len(new), size):
            grown = np.log1p(np.multiply.outer(odds[open_ones[at : at + size]], p))
            new[at : at + size] = (-np.expm1(-rate_shape * grown)) @ (weights / p)
        settled = np.abs(new - mean[open_ones]) <= 1e-9 * new
        mean[open_ones] = new
        open_ones, nodes = open_ones[~settled], 2 * nodes
    mean[open_ones] = np.nan
    return mean


@lru_cache(maxsize=128)
def _beta_quadrature(a: float, b: float, nodes: int) -> tuple[Floats, Floats]:
    """Nodes in (0, 1) and weights, summing to 1, of Gauss's quadrature for a beta law.

    Golub and Welsch (1969): eigenvalues and eigenvectors of the matrix of the recurrence of the
    Jacobi polynomials, here in p instead of 2 p - 1.
    """
    k = np.arange(1, nodes)
    s = 2 * k + a + b - 2
    diagonal = np.empty(nodes)
    diagonal[0] = a / (a + b)
    diagonal[1:] = (1 + ((a - 1) ** 2 - (b - 1) ** 2) / (s * (s + 2))) / 2
    off = np.empty(nodes - 1)
    off[0] = a * b / ((a + b) ** 2 * (a + b + 1))
    k, s = k[1:], s[1:]
    off[1:] = k * (k + a - 1) * (k + b - 1) * (k + a + b - 2) / (s**2 * (s + 1) * (s - 1))
    p, vectors = eigh_tridiagonal(diagonal, np.sqrt(off))
    return np.clip(p, 1e-300, 1.0), vectors[0] ** 2
