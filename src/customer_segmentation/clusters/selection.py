"""Choose the number of clusters: the smallest with distinct, large and stable clusters."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, pairwise_distances_argmin, silhouette_score
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from customer_segmentation.clusters.preparation import by_customer
from customer_segmentation.clusters.reasons import Reason

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

COLUMNS = ["k", "silhouette", "noise_silhouette", "smallest_cluster", "mean_ari", "verdict"]


class Verdict(StrEnum):
    """The result for a number of clusters."""

    PASS = "pass"
    WARN = "warn"
    UNSTABLE = "unstable"
    LIKE_NOISE = "like_noise"
    DECIDED_BY_ONE_FEATURE = "decided_by_one_feature"
    LESS_DISTINCT = "less_distinct"
    SMALL_CLUSTER = "small_cluster"
    # Not measured, because a smaller number already passed.
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Rules:
    """The settings. Shares are of the given customers, from 0 to 1."""

    k_min: int = 2
    k_max: int = 10
    max_customers: int = 10_000
    # A sample, because the silhouette compares every customer with every other.
    silhouette_customers: int = 5_000
    # Alternating between two kinds, at least two clouds of each.
    noise_clouds: int = 20
    # Fewer customers cluster a little better by chance, so that the test is stricter.
    noise_customers: int = 2_000
    silhouette_share_of_best: float = 0.9
    smallest_cluster: int = 50
    smallest_cluster_share: float = 0.03
    subsamples: int = 50
    subsample_share: float = 0.8
    stable_ari: float = 0.80
    doubtful_ari: float = 0.65
    one_feature_ari: float = 0.90
    copy_correlation: float = 0.90

    def smallest_allowed(self, customers: int) -> float:
        """The minimum of customers in a cluster."""
        return max(self.smallest_cluster, self.smallest_cluster_share * customers)


@dataclass(frozen=True)
class Choice:
    """The number of clusters, or the reason for none, and the measures of each candidate.

    ``verdict`` is ``PASS``, or ``WARN`` if stability is doubtful; None without a ``k``.
    ``candidates`` has ``COLUMNS``. Its silhouettes are from -1 to 1; ``noise_silhouette`` and
    ``mean_ari`` are null if they were not needed.
    """

    k: int | None
    verdict: Verdict | None
    reason: Reason | None
    customers: int
    candidates: pd.DataFrame


def choose_k(features: pd.DataFrame, *, seed: int, rules: Rules | None = None) -> Choice:
    """Chooses the number of clusters of prepared ``features`` (customers x features).

    The smallest candidate k for which

    - all clusters are large enough,
    - the silhouette is at least .9 of the best of them (a k with a small cluster does not set the
      best, because a few outliers are very distinct but no segment),
    - the silhouette is above that of noise (see ``noise_silhouette``),
    - no single feature decides (see ``deciding_feature``),
    - k-means on 50 subsamples of 80 % finds the same clusters (mean adjusted Rand index at least
      .80).

    If none is stable, the smallest k with at least .65 is chosen, with a warning.

    More than ``max_customers`` rows are reduced to that many at random.
    """
    rules = rules or Rules()
    rows = sample(features, rules.max_customers, seed=seed)
    matrix = rows.to_numpy(dtype=float)
    customers = len(matrix)
    if not matrix.shape[1]:
        return Choice(None, None, Reason.NO_USABLE_FEATURE, customers, _no_candidates())
    if customers < rules.k_min * rules.smallest_allowed(customers):
        return Choice(None, None, Reason.TOO_FEW_CUSTOMERS, customers, _no_candidates())
    # The last bits of a sum depend on the number of threads.
    with threadpool_limits(limits=1):
        candidates = pd.DataFrame(_candidates(matrix, seed, rules), columns=COLUMNS)
    return _choice(candidates, customers)


def sample(features: pd.DataFrame, size: int, *, seed: int) -> pd.DataFrame:
    """At most ``size`` rows, in the order of their keys."""
    rows = by_customer(features)
    if len(rows) <= size:
        return rows
    chosen = np.random.default_rng(seed).choice(len(rows), size, replace=False)
    return rows.iloc[np.sort(chosen)]


def cluster_labels(matrix: Matrix, k: int, *, seed: int, starts: int = 10) -> Labels:
    """Clusters 0 to k - 1 of the rows by k-means, the best of several starts."""
    # "elkan" is equally exact, but needs memory for bounds.
    model = KMeans(n_clusters=k, n_init=starts, random_state=seed, algorithm="lloyd")
    return np.asarray(model.fit_predict(matrix), dtype=np.int64)


def _candidates(
    matrix: Matrix, seed: int, rules: Rules
) -> list[tuple[int, float, float, int, float, Verdict]]:
    distinct = len(np.unique(matrix, axis=0))
    labels = {
        k: cluster_labels(matrix, k, seed=seed)
        for k in range(rules.k_min, min(rules.k_max, distinct) + 1)
    }
    smallest = {k: int(np.bincount(found, minlength=k).min()) for k, found in labels.items()}
    silhouettes = {
        k: _silhouette(matrix, found, rules.silhouette_customers, seed)
        for k, found in labels.items()
    }
    allowed = rules.smallest_allowed(len(matrix))
    large = [k for k in labels if smallest[k] >= allowed]
    best = max((silhouettes[k] for k in large), default=np.nan)

    results = []
    is_settled = False
    for k in labels:
        noise = ari = np.nan
        if k not in large:
            verdict = Verdict.SMALL_CLUSTER
        elif silhouettes[k] < rules.silhouette_share_of_best * best:
            verdict = Verdict.LESS_DISTINCT
        elif is_settled:
            verdict = Verdict.NOT_NEEDED
        elif silhouettes[k] <= (noise := noise_silhouette(matrix, k, seed=seed, rules=rules)):
            verdict = Verdict.LIKE_NOISE
        elif deciding_feature(matrix, labels[k], k, seed=seed, rules=rules) is not None:
            verdict = Verdict.DECIDED_BY_ONE_FEATURE
        else:
            ari = stability(matrix, labels[k], k, seed=seed, rules=rules)
            verdict = stability_verdict(ari, rules)
            is_settled = verdict is Verdict.PASS
        results.append((k, silhouettes[k], noise, smallest[k], ari, verdict))
    return results


def _silhouette(matrix: Matrix, labels: Labels, customers: int, seed: int) -> float:
    """The mean silhouette: from -1 to 1, 1 if customers are much nearer to their own cluster."""
    if len(matrix) > customers:
        rows = np.random.default_rng(seed).choice(len(matrix), customers, replace=False)
        matrix, labels = matrix[rows], labels[rows]
    # A cluster of a few outliers may be missing from the sample.
    return float(silhouette_score(matrix, labels)) if len(np.unique(labels)) > 1 else np.nan


def noise_silhouette(matrix: Matrix, k: int, *, seed: int, rules: Rules) -> float:
    """The silhouette that k clusters in noise of the same spread rarely exceed.

    k-means cuts any elongated cloud in two, in the same way in every subsample, so stability alone
    proves nothing. Noise has one of two kinds: normal with the covariance of the data (SigClust,
    Liu et al. 2008), or uniform between the minimum and maximum of each feature (gap statistic,
    Tibshirani et al. 2001). The limit of a kind is the mean over its clouds plus a tenth, or plus
    three standard deviations if that is more. The larger limit counts.
    """
    # A rotation changes no distance; along its axes, a normal cloud is independent noise.
    deviations = np.linalg.svd(matrix - matrix.mean(axis=0), compute_uv=False) / np.sqrt(
        len(matrix)
    )
    box = matrix.min(axis=0), matrix.max(axis=0)
    found: dict[int, list[float]] = {0: [], 1: []}
    shape = min(len(matrix), rules.noise_customers), len(deviations)
    for number in range(rules.noise_clouds):
        random = np.random.default_rng([seed, k, number])
        cloud = (
            random.uniform(*box, size=shape)
            if number % 2
            else random.normal(scale=deviations, size=shape)
        )
        labels = cluster_labels(cloud, k, seed=number, starts=3)
        found[number % 2].append(_silhouette(cloud, labels, len(cloud), number))
    return max(
        float(np.mean(kind) + max(0.1 * np.mean(kind), 3 * np.std(kind, ddof=1)))
        for kind in found.values()
    )


def deciding_feature(
    matrix: Matrix, labels: Labels, k: int, *, seed: int, rules: Rules
) -> int | None:
    """The position of a feature that decides alone, or None.

    Such clusters are bands of one feature, as those inside and outside of a window of days. Cuts of
    the feature give the same clusters (adjusted Rand index at least .90), and without it the
    nearest centres give others. Features that copy it within the clusters (correlation of at least
    .90) are left out together with it.
    """
    centres = np.stack([matrix[labels == label].mean(axis=0) for label in range(k)])
    centred = matrix - centres[labels]
    deviations = centred.std(axis=0)
    for feature in range(matrix.shape[1]):
        column = matrix[:, [feature]]
        tree = DecisionTreeClassifier(max_leaf_nodes=k, random_state=seed).fit(column, labels)
        if adjusted_rand_score(labels, tree.predict(column)) < rules.one_feature_ari:
            continue
        covariances = centred.T @ centred[:, feature] / len(matrix)
        limits = rules.copy_correlation * deviations * deviations[feature]
        is_copy = (limits > 0) & (np.abs(covariances) >= limits)
        is_copy[feature] = True
        if is_copy.all():
            return feature
        others = matrix[:, ~is_copy]
        found = pairwise_distances_argmin(others, centres[:, ~is_copy])
        if adjusted_rand_score(labels, found) < rules.one_feature_ari:
            return feature
    return None


def stability(matrix: Matrix, labels: Labels, k: int, *, seed: int, rules: Rules) -> float:
    """The mean adjusted Rand index of ``labels`` and of new clusters in subsamples."""
    subsamples = _subsamples(len(matrix), seed, rules)
    return float(
        np.mean([_agreement(matrix, labels, k, rows, start) for rows, start in subsamples])
    )


def _subsamples(customers: int, seed: int, rules: Rules) -> Iterator[tuple[Labels, int]]:
    size = round(rules.subsample_share * customers)
    for number in range(rules.subsamples):
        random = np.random.default_rng([seed, number])
        yield np.sort(random.choice(customers, size, replace=False)), int(random.integers(2**31))


def _agreement(matrix: Matrix, labels: Labels, k: int, rows: Labels, seed: int) -> float:
    # With a start of its own, because clusters that depend on the start are not stable.
    found = cluster_labels(matrix[rows], k, seed=seed, starts=3)
    return float(adjusted_rand_score(labels[rows], found))


def stability_verdict(mean_ari: float, rules: Rules) -> Verdict:
    """A value on a limit gets the better verdict."""
    if mean_ari >= rules.stable_ari:
        return Verdict.PASS
    return Verdict.WARN if mean_ari >= rules.doubtful_ari else Verdict.UNSTABLE


def _choice(candidates: pd.DataFrame, customers: int) -> Choice:
    for verdict in (Verdict.PASS, Verdict.WARN):
        accepted = candidates.loc[candidates["verdict"] == verdict, "k"]
        if len(accepted):
            return Choice(int(accepted.min()), verdict, None, customers, candidates)
    if not len(candidates):
        reason = Reason.NO_USABLE_FEATURE
    elif (candidates["verdict"] == Verdict.UNSTABLE).any():
        reason = Reason.UNSTABLE
    elif (candidates["verdict"] == Verdict.DECIDED_BY_ONE_FEATURE).any():
        reason = Reason.DECIDED_BY_ONE_FEATURE
    elif (candidates["verdict"] == Verdict.LIKE_NOISE).any():
        reason = Reason.LIKE_NOISE
    else:
        reason = Reason.SMALL_CLUSTERS_ONLY
    return Choice(None, None, reason, customers, candidates)


def _no_candidates() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS)
