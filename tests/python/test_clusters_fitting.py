"""Fitting a model from features in one call."""

import numpy as np
import pandas as pd
import pytest
from clusters_data import blobs, customers, scored

from customer_segmentation.clusters.alignment import Continuity
from customer_segmentation.clusters.fitting import (
    ROW_COLUMNS,
    ClusterFit,
    fit_clusters,
    fit_rows,
    stored_model,
)
from customer_segmentation.clusters.model import assignments, weights
from customer_segmentation.clusters.preparation import prepared
from customer_segmentation.clusters.reasons import Reason
from customer_segmentation.clusters.selection import Rules

QUICK = Rules(k_max=4, subsamples=5, noise_clouds=4)


def raw_features() -> pd.DataFrame:
    features, _ = blobs([200, 150, 100], features=2, distance=10)
    # With one more feature that tells the clouds, no feature decides alone.
    twin = features["f0"] + np.random.default_rng(6).normal(size=450)
    return features.assign(f1=np.exp(features["f1"]), same=1.0, twin=twin)


def clusters_of(fit: ClusterFit, features: pd.DataFrame) -> pd.Series:
    assert fit.model is not None
    return assignments(weights(fit.model, prepared(features, fit.preparation)))["cluster"]


@pytest.fixture(scope="module")
def fit() -> ClusterFit:
    return fit_clusters(raw_features(), seed=1, rules=QUICK)


def test_the_first_model_has_all_clusters(fit: ClusterFit) -> None:
    assert fit.reason is None
    assert fit.choice.k == 3
    assert fit.alignment is not None
    assert fit.alignment.continuity is Continuity.FIRST
    assert clusters_of(fit, raw_features()).value_counts().sort_index().tolist() == [200, 150, 100]


def test_the_next_model_keeps_the_numbers(fit: ClusterFit) -> None:
    features = raw_features()
    previous = clusters_of(fit, features).map({1: 8, 2: 5, 3: 2})
    later = fit_clusters(features.iloc[:430], seed=2, rules=QUICK, previous=previous)
    assert later.reason is None
    assert later.model is not None
    assert later.model.numbers == (2, 5, 8)
    assert (clusters_of(later, features) == previous).mean() > 0.99


@pytest.mark.parametrize(
    ("features", "reason"),
    [
        (pd.DataFrame(), Reason.NO_USABLE_FEATURE),
        (customers(np.ones((300, 2))), Reason.NO_USABLE_FEATURE),
        (customers(np.full((300, 2), np.nan)), Reason.NO_USABLE_FEATURE),
        (blobs([30, 30])[0], Reason.TOO_FEW_CUSTOMERS),
        (customers(np.random.default_rng(1).normal(size=(300, 4))), Reason.LIKE_NOISE),
    ],
)
def test_a_missing_model_has_a_row_with_the_reason(features: pd.DataFrame, reason: Reason) -> None:
    fit = fit_clusters(features, seed=1, rules=QUICK)
    assert (fit.reason, fit.model, fit.explanation) == (reason, None, None)
    rows = fit_rows("v1", fit)
    assert rows.columns.tolist() == ROW_COLUMNS
    assert rows.loc[rows["parameter"] == "reason", "text"].tolist() == [reason.value]


def test_a_parameter_is_a_number_or_a_text(fit: ClusterFit) -> None:
    rows = fit_rows("v1", fit)
    assert not rows.duplicated(["part", "k", "cluster", "feature", "parameter"]).any()
    assert (rows["number"].isna() != rows["text"].isna()).all()
    assert (rows["model_version"] == "v1").all()
    assert rows["part"].unique().tolist() == [
        "model",
        "candidate",
        "preparation",
        "cluster",
        "cluster_feature",
        "explanation",
    ]
    notes = rows[rows["parameter"] == "note"]
    assert notes["feature"].tolist() == ["same"]
    is_log = rows[rows["parameter"] == "is_log"].set_index("feature")["number"]
    assert is_log.to_dict() == {"f0": 0, "f1": 1, "same": 0, "twin": 0}


def test_sql_scores_from_the_long_table(fit: ClusterFit) -> None:
    features = raw_features()
    found = scored(features, fit_rows("v1", fit))
    assert fit.model is not None
    expected = assignments(weights(fit.model, prepared(features, fit.preparation)))
    assert (found["cluster"] == expected["cluster"]).all()
    assert np.abs(found["margin"] - expected["margin"]).max() < 1e-9


def test_a_model_is_read_from_rows_in_any_order(fit: ClusterFit) -> None:
    stored = stored_model(fit_rows("2024-06-30", fit).sample(frac=1, random_state=1))
    assert fit.model is not None
    assert (stored.version, stored.last_number) == ("2024-06-30", 3)
    assert (stored.model.kind, stored.model.numbers) == (fit.model.kind, fit.model.numbers)
    assert sorted(stored.model.features) == sorted(fit.model.features)
    features = raw_features()
    before = weights(fit.model, prepared(features, fit.preparation))
    after = weights(stored.model, prepared(features, stored.preparation))
    assert np.abs(after - before).max(axis=None) < 1e-12


def test_rows_without_clusters_are_no_model() -> None:
    refused = fit_clusters(blobs([30, 30])[0], seed=1, rules=QUICK)
    with pytest.raises(ValueError, match="no clusters"):
        stored_model(fit_rows("v1", refused))


def test_too_many_customers_are_sampled_once() -> None:
    rules = Rules(k_max=4, subsamples=5, noise_clouds=4, max_customers=300)
    fit = fit_clusters(raw_features(), seed=1, rules=rules)
    assert fit.choice.customers == 300
    assert fit.alignment is not None
    assert fit.alignment.table["customers"].sum() == 300
