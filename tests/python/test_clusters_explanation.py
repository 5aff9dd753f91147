"""Explanations of clusters."""

import numpy as np
import pandas as pd
import pytest
from clusters_data import blobs, customers

from customer_segmentation.clusters.explanation import COLUMNS, explain
from customer_segmentation.clusters.model import ClusterModel, Kind, fit_model


def value(explained: pd.DataFrame, cluster: int, feature: str, column: str) -> float:
    row = (explained["cluster"] == cluster) & (explained["feature"] == feature)
    return float(explained.loc[row, column].item())


@pytest.fixture(scope="module")
def explained() -> pd.DataFrame:
    # f1 separates one of the clusters; f2 is noise.
    features, _ = blobs([200, 100], features=3)
    return explain(fit_model(features, 2, seed=1), features, seed=1)


def test_each_cluster_and_feature_has_one_row(explained: pd.DataFrame) -> None:
    assert explained.columns.tolist() == COLUMNS
    assert explained[["cluster", "rank"]].to_numpy().tolist() == [
        [cluster, rank] for cluster in (1, 2) for rank in (1, 2, 3)
    ]


def test_noise_comes_last_and_moves_nobody(explained: pd.DataFrame) -> None:
    last = explained[explained["rank"] == 3]
    assert (last["feature"] == "f2").all()
    assert (last["importance"] < 0.01).all()
    assert (last["standardised_difference"].abs() < 0.5).all()


def test_differences_are_in_overall_standard_deviations(explained: pd.DataFrame) -> None:
    features, true = blobs([200, 100], features=3)
    inside = true == 0
    expected = (features["f1"][inside].mean() - features["f1"][~inside].mean()) / np.std(
        features["f1"]
    )
    assert value(explained, 1, "f1", "standardised_difference") == pytest.approx(expected)
    assert value(explained, 1, "f1", "cluster_mean") == pytest.approx(features["f1"][inside].mean())
    assert value(explained, 1, "f1", "other_mean") == pytest.approx(features["f1"][~inside].mean())


def test_differences_of_two_clusters_are_opposite(explained: pd.DataFrame) -> None:
    by_cluster = explained.pivot_table(
        index="feature", columns="cluster", values="standardised_difference"
    )
    assert np.allclose(by_cluster[1], -by_cluster[2])


def test_importance_is_the_share_that_would_leave() -> None:
    # One feature decides: a random customer has the value of the other cluster with p = 1/4.
    values = np.array([[0.0, 1.0]] * 300 + [[10.0, 1.0]] * 100)
    model = ClusterModel(
        Kind.DISTANCE,
        (1, 2),
        ("f0", "f1"),
        means=np.array([[0.0, 1.0], [10.0, 1.0]]),
        inverse_deviations=np.ones((2, 2)),
        log_weights=np.zeros(2),
        agreement=1.0,
    )
    found = explain(model, customers(values), seed=1, repeats=50)
    assert value(found, 1, "f0", "importance") == pytest.approx(0.25, abs=0.02)
    assert value(found, 2, "f0", "importance") == pytest.approx(0.75, abs=0.02)
    assert value(found, 1, "f1", "importance") == 0
    assert np.isnan(value(found, 1, "f1", "standardised_difference"))


def test_a_cluster_without_customers_has_null_measures() -> None:
    features, _ = blobs([100, 100], features=2)
    model = fit_model(features, 2, seed=1)
    alone = features[features["f0"] > 4]
    found = explain(model, alone, seed=1)
    assert found["importance"].isna().sum() == 2
    assert found["standardised_difference"].isna().all()


def test_the_order_of_rows_and_columns_changes_nothing(explained: pd.DataFrame) -> None:
    features, _ = blobs([200, 100], features=3)
    shuffled = features.sample(frac=1, random_state=3)[["f2", "f1", "f0"]]
    found = explain(fit_model(features, 2, seed=1), shuffled, seed=1)
    pd.testing.assert_frame_equal(found, explained, check_exact=True)
