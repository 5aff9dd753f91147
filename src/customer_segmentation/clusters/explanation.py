"""Explain a cluster by the features that differ most from those of all other customers."""

import numpy as np
import pandas as pd

from customer_segmentation.clusters.model import (
    ClusterModel,
    Matrix,
    assignments,
    log_densities,
    weights,
)
from customer_segmentation.clusters.preparation import by_customer

COLUMNS = [
    *("cluster", "feature", "cluster_mean", "other_mean", "standardised_difference", "importance"),
    "rank",
]


def explain(
    model: ClusterModel, features: pd.DataFrame, *, seed: int, repeats: int = 5
) -> pd.DataFrame:
    """One row per cluster and feature of the model, from prepared ``features`` or a sample of them.

    ``cluster_mean`` and ``other_mean`` are in units of z; ``standardised_difference`` is their
    difference in standard deviations over all customers (not within the cluster, where it may be
    0). ``importance`` is the share of the cluster's customers, from 0 to 1, who would leave the
    cluster with another customer's value of the feature. Values are exchanged at random over all
    customers, ``repeats`` times, and the model assigns; no surrogate model is needed. Correlated
    features have a small importance; so ``rank`` is by the absolute difference, then importance,
    then name.

    Means and importance are null for a cluster without customers in the sample. If one cluster has
    all customers, the mean of the others is null.
    """
    rows = by_customer(features)[list(model.features)]
    matrix = rows.to_numpy(dtype=float)
    clusters = assignments(weights(model, rows))["cluster"].to_numpy()
    deviations = matrix.std(axis=0) if len(matrix) else np.full(len(model.features), np.nan)
    moved = _moved(model, matrix, seed, repeats)
    tables = []
    for number in model.numbers:
        inside = clusters == number
        means, others = _means(matrix[inside]), _means(matrix[~inside])
        with np.errstate(invalid="ignore", divide="ignore"):
            difference = np.where(deviations > 0, (means - others) / deviations, np.nan)
        table = pd.DataFrame(
            {
                "cluster": number,
                "feature": list(model.features),
                "cluster_mean": means,
                "other_mean": others,
                "standardised_difference": difference,
                "importance": _means(moved[inside]),
            }
        )
        tables.append(_ranked(table))
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _means(matrix: Matrix) -> Matrix:
    """Per column; nulls of no rows."""
    return matrix.mean(axis=0) if len(matrix) else np.full(matrix.shape[1], np.nan)


def _moved(model: ClusterModel, matrix: Matrix, seed: int, repeats: int) -> Matrix:
    """Customers x features: how often another customer's value changes the cluster."""
    moved = np.zeros(matrix.shape)
    before = _places(model, matrix)
    for column in range(matrix.shape[1]):
        random = np.random.default_rng([seed, column])
        for _ in range(repeats):
            exchanged = matrix.copy()
            exchanged[:, column] = random.permutation(matrix[:, column])
            moved[:, column] += _places(model, exchanged) != before
    return moved / repeats


def _places(model: ClusterModel, matrix: Matrix) -> Matrix:
    densities = log_densities(matrix, model.means, model.inverse_deviations, model.log_weights)
    return np.asarray(densities.argmax(axis=1))


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    table = table.assign(size=table["standardised_difference"].abs())
    table = table.sort_values(
        ["size", "importance", "feature"], ascending=[False, False, True], na_position="last"
    )
    return table.assign(rank=np.arange(1, len(table) + 1))
