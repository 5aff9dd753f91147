"""Selection of the number of clusters."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from clusters_data import blobs, customers
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_info, threadpool_limits

from customer_segmentation.clusters import selection
from customer_segmentation.clusters.preparation import fit_preparation, prepared
from customer_segmentation.clusters.reasons import Reason
from customer_segmentation.clusters.selection import (
    Labels,
    Matrix,
    Rules,
    Verdict,
    choose_k,
    cluster_labels,
    deciding_feature,
    noise_silhouette,
    sample,
    stability,
    stability_verdict,
)

QUICK = Rules(k_max=5, subsamples=6, noise_clouds=6)


def verdicts(features: pd.DataFrame, rules: Rules = QUICK) -> dict[int, str]:
    candidates = choose_k(features, seed=1, rules=rules).candidates
    return dict(zip(candidates["k"], candidates["verdict"], strict=True))


@pytest.mark.parametrize("k", [2, 3, 4])
def test_known_blobs_are_found(k: int) -> None:
    features, true = blobs([150] * k, features=4)
    choice = choose_k(features, seed=1, rules=QUICK)
    assert (choice.k, choice.verdict, choice.reason) == (k, Verdict.PASS, None)
    assert choice.customers == 150 * k
    assert adjusted_rand_score(true, cluster_labels(features.to_numpy(), k, seed=1)) > 0.99


def test_one_feature_has_no_clusters() -> None:
    choice = choose_k(blobs([200, 200], features=1)[0], seed=1, rules=QUICK)
    assert (choice.k, choice.reason) == (None, Reason.DECIDED_BY_ONE_FEATURE)


def one_time_buyers() -> pd.DataFrame:
    """One-time buyers on any of 600 days, with a feature that counts within 365 days only."""
    random = np.random.default_rng(5)
    days = random.integers(0, 600, 2_000)
    amounts = random.lognormal(4.3, 0.8, 2_000)
    return customers(np.stack([days, days, amounts, days <= 365], axis=1))


def test_clusters_of_a_window_are_refused() -> None:
    ready = prepared(one_time_buyers(), fit_preparation(one_time_buyers()))
    found = verdicts(ready)
    assert found[2] == Verdict.DECIDED_BY_ONE_FEATURE
    assert choose_k(ready, seed=1, rules=replace(QUICK, k_max=2)).reason == (
        Reason.DECIDED_BY_ONE_FEATURE
    )


def test_a_deciding_feature_tells_alone_what_others_do_not() -> None:
    features, true = blobs([200, 200], features=2)
    matrix, labels = features.to_numpy(), true.to_numpy()
    noise = np.random.default_rng(1).normal(size=(400, 2))

    def deciding(*columns: Matrix) -> int | None:
        return deciding_feature(np.column_stack(columns), labels, 2, seed=1, rules=QUICK)

    # Either feature tells the clusters: none of the two decides alone.
    assert deciding(matrix, noise) is None
    assert deciding(noise, matrix[:, 0]) == 2
    # A copy is not another feature, with whatever sign and scale.
    assert deciding(noise, matrix[:, 0], -3 * matrix[:, 0]) == 2
    assert deciding(noise) is None


@pytest.mark.parametrize("features", [2, 12])
@pytest.mark.parametrize("kind", ["normal", "even", "elongated"])
def test_noise_is_refused(kind: str, features: int) -> None:
    random = np.random.default_rng(3)
    cloud = random.normal(size=(600, features))
    if kind == "even":
        cloud = random.uniform(size=(600, features))
    if kind == "elongated":
        cloud = cloud @ np.diag(np.linspace(1, 4, features)) @ random.normal(size=(features,) * 2)
    choice = choose_k(customers(cloud), seed=1, rules=replace(QUICK, noise_clouds=12))
    assert choice.k is None
    assert choice.verdict is None
    assert choice.reason in (Reason.LIKE_NOISE, Reason.UNSTABLE)


def test_stability_alone_would_accept_an_elongated_cloud() -> None:
    cloud = np.random.default_rng(3).normal(size=(600, 2)) * [5, 1]
    with threadpool_limits(limits=1):
        labels = cluster_labels(cloud, 2, seed=1)
        assert stability(cloud, labels, 2, seed=1, rules=QUICK) > 0.8


def test_the_smallest_k_near_the_best_is_chosen() -> None:
    # Two pairs of clouds. One of their two features decides, which is allowed here.
    allowing = replace(QUICK, one_feature_ari=1.1)
    random = np.random.default_rng(2)
    centres = np.array([[0, 0], [12, 0], [25, 40], [37, 40]])
    features = customers(np.repeat(centres, 100, axis=0) + random.normal(size=(400, 2)))
    silhouettes = choose_k(features, seed=1, rules=allowing).candidates.set_index("k")["silhouette"]
    share = silhouettes[2] / silhouettes[4]
    assert silhouettes.idxmax() == 4
    assert silhouettes[3] < silhouettes[2]
    for limit, k in [(share - 1e-9, 2), (share + 1e-9, 4)]:
        rules = replace(allowing, silhouette_share_of_best=limit)
        assert choose_k(features, seed=1, rules=rules).k == k


@pytest.mark.parametrize(("small", "is_small"), [(50, False), (49, True)])
def test_a_cluster_has_at_least_50_customers(small: int, is_small: bool) -> None:
    features, _ = blobs([300, 300, small], distance=30)
    assert (verdicts(features)[3] == Verdict.SMALL_CLUSTER) == is_small


@pytest.mark.parametrize(("small", "is_small"), [(60, False), (59, True)])
def test_a_cluster_has_at_least_3_percent(small: int, is_small: bool) -> None:
    features, _ = blobs([970, 2000 - 970 - small, small], distance=30)
    assert (verdicts(features)[3] == Verdict.SMALL_CLUSTER) == is_small


def test_a_few_outliers_do_not_set_the_best_silhouette() -> None:
    features, _ = blobs([200, 200, 5], features=2, distance=6)
    features.iloc[features.sum(axis=1).to_numpy().argsort()[-5:]] = 1000.0
    candidates = choose_k(features, seed=1, rules=QUICK).candidates.set_index("k")
    assert candidates["verdict"][2] == Verdict.SMALL_CLUSTER
    assert candidates["silhouette"][2] > 0.9


def test_a_k_with_a_small_cluster_does_not_set_the_best() -> None:
    features, _ = blobs([100, 100, 49], features=2, distance=12)
    choice = choose_k(features, seed=1, rules=replace(QUICK, k_max=3))
    silhouettes = choice.candidates.set_index("k")["silhouette"]
    assert silhouettes[2] < 0.9 * silhouettes[3]
    assert choice.k == 2


def test_only_small_clusters_are_a_reason_for_no_model() -> None:
    features, _ = blobs([300, 10], distance=200)
    choice = choose_k(features, seed=1, rules=replace(QUICK, k_max=2))
    assert (choice.k, choice.reason) == (None, Reason.SMALL_CLUSTERS_ONLY)


@pytest.mark.parametrize(
    ("ari", "verdict"),
    [
        (1.0, Verdict.PASS),
        (0.80, Verdict.PASS),
        (0.7999, Verdict.WARN),
        (0.65, Verdict.WARN),
        (0.6499, Verdict.UNSTABLE),
        (-0.1, Verdict.UNSTABLE),
    ],
)
def test_the_limits_of_stability(ari: float, verdict: Verdict) -> None:
    assert stability_verdict(ari, Rules()) is verdict


@pytest.mark.parametrize(
    ("aris", "k", "verdict", "reason"),
    [
        ({2: 0.7, 3: 0.9}, 3, Verdict.PASS, None),
        ({2: 0.7, 3: 0.75}, 2, Verdict.WARN, None),
        ({2: 0.1, 3: 0.7}, 3, Verdict.WARN, None),
        ({2: 0.1, 3: 0.2}, None, None, Reason.UNSTABLE),
    ],
)
def test_a_stable_k_comes_before_a_smaller_doubtful_one(
    monkeypatch: pytest.MonkeyPatch,
    aris: dict[int, float],
    k: int | None,
    verdict: Verdict | None,
    reason: Reason | None,
) -> None:
    def measured(matrix: object, labels: object, k: int, **_: object) -> float:
        return aris[k]

    monkeypatch.setattr(selection, "stability", measured)
    rules = replace(QUICK, k_max=3, silhouette_share_of_best=0.0)
    choice = choose_k(blobs([150, 150, 150])[0], seed=1, rules=rules)
    assert (choice.k, choice.verdict, choice.reason) == (k, verdict, reason)


def test_an_unstable_k_is_a_reason_for_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "stability", lambda *_, **__: 0.1)
    features, _ = blobs([300, 300, 10], distance=30)
    choice = choose_k(features, seed=1, rules=replace(QUICK, k_max=3))
    assert choice.candidates["verdict"].tolist() == [Verdict.UNSTABLE, Verdict.SMALL_CLUSTER]
    assert choice.reason is Reason.UNSTABLE


def test_a_k_with_a_small_cluster_is_not_measured_further() -> None:
    candidates = choose_k(blobs([300, 300, 20], distance=30)[0], seed=1, rules=QUICK).candidates
    row = candidates.set_index("k").loc[3]
    assert row["smallest_cluster"] == 20
    assert np.isnan(row["mean_ari"])
    assert np.isnan(row["noise_silhouette"])


def test_the_order_of_rows_changes_nothing() -> None:
    features, _ = blobs([150, 150, 150], distance=4)
    one = choose_k(features, seed=1, rules=QUICK)
    other = choose_k(features.sample(frac=1, random_state=9), seed=1, rules=QUICK)
    pd.testing.assert_frame_equal(one.candidates, other.candidates, check_exact=True)


def test_sums_use_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()

    def counted(matrix: Matrix, k: int, *, seed: int, starts: int = 10) -> Labels:
        threads.update(pool["num_threads"] for pool in threadpool_info())
        return cluster_labels(matrix, k, seed=seed, starts=starts)

    monkeypatch.setattr(selection, "cluster_labels", counted)
    with threadpool_limits(limits=2):
        choose_k(blobs([150, 150])[0], seed=1, rules=replace(QUICK, k_max=2))
    assert threads == {1}


def test_too_many_customers_are_sampled() -> None:
    features, _ = blobs([200, 200])
    rules = replace(QUICK, max_customers=300, silhouette_customers=200)
    choice = choose_k(features, seed=1, rules=rules)
    assert (choice.customers, choice.k) == (300, 2)
    assert choice.candidates["smallest_cluster"][0] < 200


def test_a_sample_has_the_order_of_keys() -> None:
    features, _ = blobs([200, 200])
    chosen = sample(features, 100, seed=1)
    assert len(chosen) == 100
    assert chosen.index.is_monotonic_increasing
    pd.testing.assert_frame_equal(chosen, sample(features.iloc[::-1], 100, seed=1))
    assert set(chosen.index) != set(sample(features, 100, seed=2).index)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.zeros((0, 3)), Reason.TOO_FEW_CUSTOMERS),
        (np.ones((99, 3)), Reason.TOO_FEW_CUSTOMERS),
        (np.ones((500, 3)), Reason.NO_USABLE_FEATURE),
        (np.zeros((500, 0)), Reason.NO_USABLE_FEATURE),
    ],
)
def test_data_without_clusters_have_a_reason(values: np.ndarray, reason: Reason) -> None:
    choice = choose_k(customers(values), seed=1, rules=QUICK)
    assert (choice.k, choice.verdict, choice.reason) == (None, None, reason)
    assert choice.candidates.columns.tolist() == selection.COLUMNS
    assert choice.candidates.empty


def test_few_distinct_customers_limit_the_number_of_clusters() -> None:
    values = np.repeat([[0.0, 0.0], [0.0, 9.0], [9.0, 0.0]], 100, axis=0)
    candidates = choose_k(customers(values), seed=1, rules=QUICK).candidates
    assert candidates["k"].tolist() == [2, 3]


def test_noise_is_less_distinct_than_blobs_of_the_same_spread() -> None:
    matrix = blobs([150, 150, 150])[0].to_numpy()
    with threadpool_limits(limits=1):
        assert 0 < noise_silhouette(matrix, 3, seed=1, rules=QUICK) < 0.6
