"""Clusters as a model: centres and spreads that give each customer a weight in each cluster.

Two kinds of weights have one form::

    d = sum over the features of ((z - mean) * inverse_deviation)^2
    log density of a cluster = log_weight - d / 2
    weight = exp(log density - the highest) / the sum of the same over the clusters

``mixture``: the posterior of a Gaussian mixture with diagonal covariances. ``distance``:
softmax(-d2 / median d2). d2 is the squared distance to a centre; the median is over the distances
of customers to their own centre. This is the same form with one spread and equal log weights.

Covariances are diagonal, not full. They cost k * features terms per customer instead of k *
features^2 / 2, are readable as one row per cluster and feature, and can be estimated from fifty
customers. (Twelve features have 78 full covariances.) The price: correlated features count twice,
so the weights are too sure, but in the same order.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import entr, softmax
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from customer_segmentation.clusters.preparation import by_customer
from customer_segmentation.clusters.selection import Rules, cluster_labels

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

# Minimum variance, in squared units of z. Without it, a cluster in which a feature is always 0
# would claim every customer with a 0.
VARIANCE_FLOOR = 0.05
AMBIGUOUS_WEIGHT = 0.5
AMBIGUOUS_MARGIN = 0.1


class Kind(StrEnum):
    """The kind of weights."""

    MIXTURE = "mixture"
    DISTANCE = "distance"


@dataclass(frozen=True)
class ClusterModel:
    """k clusters over f features, in units of z. ``numbers`` are their lasting numbers, ascending.

    ``means`` and ``inverse_deviations`` are k x f, ``log_weights`` k. ``agreement`` is the adjusted
    Rand index of the mixture's clusters and those of k-means.
    """

    kind: Kind
    numbers: tuple[int, ...]
    features: tuple[str, ...]
    means: Matrix
    inverse_deviations: Matrix
    log_weights: Matrix
    agreement: float

    def renumbered(self, mapping: dict[int, int]) -> "ClusterModel":
        """The same clusters with other numbers. Raises KeyError if a number is missing."""
        numbers = np.array([mapping[number] for number in self.numbers])
        order = np.argsort(numbers)
        return ClusterModel(
            self.kind,
            tuple(int(number) for number in numbers[order]),
            self.features,
            self.means[order],
            self.inverse_deviations[order],
            self.log_weights[order],
            self.agreement,
        )


def fit_model(
    features: pd.DataFrame, k: int, *, seed: int, rules: Rules | None = None
) -> ClusterModel:
    """Fits ``k`` clusters to prepared ``features``; 1 is the largest cluster, k the smallest.

    The mixture starts from the clusters of k-means, of which number and stability were measured. It
    must agree with them (adjusted Rand index at least .80) and leave no cluster too small.
    Otherwise the weights are by distance. Raises ValueError if there are fewer distinct customers
    than clusters, which ``choose_k`` prevents.
    """
    rules = rules or Rules()
    rows = by_customer(features)
    matrix = rows.to_numpy(dtype=float)
    if len(np.unique(matrix, axis=0)) < k:
        raise ValueError(f"fewer than {k} distinct customers")
    # The last bits of a sum depend on the number of threads.
    with threadpool_limits(limits=1):
        labels = _by_size(cluster_labels(matrix, k, seed=seed), matrix)
        by_mixture = _mixture(matrix, labels, k)
        found = np.argmax(log_densities(matrix, *by_mixture), axis=1)
        agreement = float(adjusted_rand_score(labels, found))
        smallest = np.bincount(found, minlength=k).min()
        is_mixture = agreement >= rules.stable_ari and smallest >= rules.smallest_allowed(
            len(matrix)
        )
        parameters = by_mixture if is_mixture else _by_distance(matrix, labels, k)
    kind = Kind.MIXTURE if is_mixture else Kind.DISTANCE
    names = tuple(str(name) for name in rows.columns)
    return ClusterModel(kind, tuple(range(1, k + 1)), names, *parameters, agreement)


def log_densities(
    matrix: Matrix, means: Matrix, inverse_deviations: Matrix, log_weights: Matrix
) -> Matrix:
    """Customers x clusters. Only the differences within a row have a meaning."""
    squares = [
        (((matrix - mean) * inverse) ** 2).sum(axis=1)
        for mean, inverse in zip(means, inverse_deviations, strict=True)
    ]
    return np.asarray(log_weights - np.stack(squares, axis=1) / 2)


def weights(model: ClusterModel, features: pd.DataFrame) -> pd.DataFrame:
    """The weight of each customer in each cluster: columns are cluster numbers, rows sum to 1.

    ``features`` are prepared and hold at least those of the model.
    """
    matrix = features[list(model.features)].to_numpy(dtype=float)
    densities = log_densities(matrix, model.means, model.inverse_deviations, model.log_weights)
    return pd.DataFrame(
        softmax(densities, axis=1), index=features.index, columns=list(model.numbers)
    )


def assignments(weights: pd.DataFrame) -> pd.DataFrame:
    """The cluster of each customer and its certainty.

    Columns: ``cluster`` with the highest weight (ties: the lowest number); its ``weight``;
    ``margin`` to the second; ``entropy`` as a share of the maximum, from 0 (sure) to 1;
    ``is_ambiguous`` if the weight is below .5 or the margin below .1.
    """
    values = weights.to_numpy(dtype=float)
    highest = np.sort(values, axis=1)[:, ::-1]
    margin = highest[:, 0] - highest[:, 1]
    return pd.DataFrame(
        {
            "cluster": np.asarray(weights.columns)[values.argmax(axis=1)],
            "weight": highest[:, 0],
            "margin": margin,
            "entropy": entr(values).sum(axis=1) / np.log(values.shape[1]),
            "is_ambiguous": (highest[:, 0] < AMBIGUOUS_WEIGHT) | (margin < AMBIGUOUS_MARGIN),
        },
        index=weights.index,
    )


def _by_size(labels: Labels, matrix: Matrix) -> Labels:
    """Clusters numbered from the largest, ties by centre, so that no number is random."""
    found = np.unique(labels)
    centres = {label: tuple(matrix[labels == label].mean(axis=0)) for label in found}
    order = sorted(found, key=lambda label: (-int((labels == label).sum()), centres[label]))
    places = np.empty(len(found), dtype=np.int64)
    places[order] = np.arange(len(found))
    return places[labels]


def _mixture(matrix: Matrix, labels: Labels, k: int) -> tuple[Matrix, Matrix, Matrix]:
    groups = [matrix[labels == label] for label in range(k)]
    variances = np.array([group.var(axis=0) for group in groups]) + VARIANCE_FLOOR
    mixture = GaussianMixture(
        k,
        covariance_type="diag",
        reg_covar=VARIANCE_FLOOR,
        max_iter=200,
        means_init=np.array([group.mean(axis=0) for group in groups]),
        precisions_init=1 / variances,
        weights_init=np.array([len(group) for group in groups]) / len(matrix),
        # The start is given in full; the random responsibilities are not used.
        init_params="random",
        random_state=0,
    ).fit(matrix)
    inverse = np.asarray(mixture.precisions_cholesky_)
    log_weights = np.log(mixture.weights_) + np.log(inverse).sum(axis=1)
    return np.asarray(mixture.means_), inverse, np.asarray(log_weights)


def _by_distance(matrix: Matrix, labels: Labels, k: int) -> tuple[Matrix, Matrix, Matrix]:
    means = np.array([matrix[labels == label].mean(axis=0) for label in range(k)])
    own = ((matrix - means[labels]) ** 2).sum(axis=1)
    # If half of the customers are on their centre, the median is 0: take the mean instead.
    typical = float(np.median(own)) or float(own.mean()) or VARIANCE_FLOOR
    inverse = np.full_like(means, np.sqrt(2 / typical))
    return means, inverse, np.zeros(k)
