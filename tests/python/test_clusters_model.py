"""Weights in Python and in SQL."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from clusters_data import blobs, customers, scored
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from customer_segmentation.clusters.fitting import ROW_COLUMNS, parameter_rows
from customer_segmentation.clusters.model import ClusterModel, Kind, assignments, fit_model, weights
from customer_segmentation.clusters.preparation import fit_preparation, prepared
from customer_segmentation.clusters.selection import Rules
from customer_segmentation.clusters.tables import model_tables


def raw_customers(count: int, features: int = 12, k: int = 4) -> pd.DataFrame:
    """Overlapping clouds, half of the features skewed, with nulls and a constant."""
    random = np.random.default_rng(8)
    centres = random.normal(size=(k, features)) * 1.2
    values = centres[random.integers(0, k, count)] + random.normal(size=(count, features))
    values[:, ::2] = np.exp(values[:, ::2])
    values[random.random(values.shape) < 0.05] = np.nan
    return customers(values).assign(same=3.0)


@pytest.fixture(scope="module")
def overlapping() -> tuple[pd.DataFrame, pd.DataFrame, ClusterModel]:
    raw = raw_customers(10_000)
    parameters = fit_preparation(raw)
    model = fit_model(prepared(raw, parameters), 4, seed=1, rules=Rules(stable_ari=0.0))
    return raw, parameters, model


def as_scikit_learn(model: ClusterModel) -> GaussianMixture:
    """The scikit-learn mixture with the same parameters."""
    mixture = GaussianMixture(len(model.numbers), covariance_type="diag")
    mixture.means_ = model.means
    mixture.precisions_cholesky_ = model.inverse_deviations
    mixture.covariances_ = 1 / model.inverse_deviations**2
    mixture.weights_ = np.exp(model.log_weights - np.log(model.inverse_deviations).sum(axis=1))
    return mixture


def test_sql_is_scikit_learn(overlapping: tuple[pd.DataFrame, pd.DataFrame, ClusterModel]) -> None:
    raw, parameters, model = overlapping
    expected = as_scikit_learn(model).predict_proba(prepared(raw, parameters).to_numpy())
    result = scored(raw, parameter_rows("v1", parameters, model))
    found = result[[f"weight_{position}" for position in range(1, 5)]].to_numpy()
    assert model.kind is Kind.MIXTURE
    assert np.abs(found - expected).max() < 1e-9
    assert (expected.max(axis=1) < 0.9).mean() > 0.02  # Some customers are ambiguous.


@pytest.mark.parametrize("kind", Kind)
def test_sql_agrees_with_python(
    kind: Kind, overlapping: tuple[pd.DataFrame, pd.DataFrame, ClusterModel]
) -> None:
    raw, parameters, model = overlapping
    if kind is Kind.DISTANCE:
        rules = Rules(stable_ari=1.01)
        model = fit_model(prepared(raw, parameters), 4, seed=1, rules=rules)
    model = model.renumbered({1: 12, 2: 3, 3: 7, 4: 1})
    assert (model.kind, model.numbers) == (kind, (1, 3, 7, 12))
    result = scored(raw, parameter_rows("v1", parameters, model))
    expected_weights = weights(model, prepared(raw, parameters))
    expected = assignments(expected_weights)
    assert (result["cluster"] == expected["cluster"]).all()
    assert (result["is_ambiguous"] == expected["is_ambiguous"]).all()
    assert 0 < expected["is_ambiguous"].sum() < len(raw)
    for column in ("weight", "margin", "entropy"):
        assert np.abs(result[column] - expected[column]).max() < 1e-9
    for position, number in enumerate(model.numbers, start=1):
        assert np.abs(result[f"weight_{position}"] - expected_weights[number]).max() < 1e-9
    assert (result[[f"weight_{position}" for position in range(5, 11)]] == 0).all(axis=None)


def test_sql_scores_extremes(overlapping: tuple[pd.DataFrame, pd.DataFrame, ClusterModel]) -> None:
    raw, parameters, model = overlapping
    extremes = customers(np.array([[np.nan] * 13, [1e300] * 13, [-1e300] * 13, [0.0] * 13]))
    extremes.columns = raw.columns
    result = scored(extremes, parameter_rows("v1", parameters, model))
    expected = weights(model, prepared(extremes, parameters))
    assert np.abs(result["weight"] - expected.max(axis=1)).max() < 1e-9


def test_sql_scores_many(overlapping: tuple[pd.DataFrame, pd.DataFrame, ClusterModel]) -> None:
    raw, parameters, _ = overlapping
    few = raw.head(1000)
    model = fit_model(prepared(few, parameters), 10, seed=1, rules=Rules(stable_ari=1.01))
    result = scored(few, parameter_rows("v1", parameters, model))
    expected = assignments(weights(model, prepared(few, parameters)))
    assert (result["cluster"] == expected["cluster"]).all()
    assert np.abs(result["margin"] - expected["margin"]).max() < 1e-9


def test_nobody_is_scored_without_a_model() -> None:
    features, _ = blobs([30, 30])
    no_rows = pd.DataFrame(columns=ROW_COLUMNS).astype(
        {"number": float, "cluster": "Int64", "feature": "string"}
    )
    with pytest.raises(KeyError):
        scored(features, no_rows)


def test_tables_have_one_row_per_key() -> None:
    features, _ = blobs([100, 60])
    raw = features.assign(same=1.0)
    parameters = fit_preparation(raw)
    model = fit_model(prepared(raw, parameters), 2, seed=1)
    tables = model_tables(parameters, model.renumbered({1: 5, 2: 2}))
    assert tables.preparation["feature"].tolist() == ["f0", "f1", "f2", "same"]
    assert tables.clusters[["cluster", "position"]].to_numpy().tolist() == [[2, 1], [5, 2]]
    assert len(tables.cluster_features) == 6
    assert not tables.cluster_features.duplicated(["cluster", "feature"]).any()


def test_tables_of_another_preparation_are_an_error() -> None:
    features, _ = blobs([100, 60])
    parameters = fit_preparation(features)
    model = fit_model(prepared(features, parameters), 2, seed=1)
    with pytest.raises(ValueError, match="other features"):
        model_tables(parameters.head(2), model)


def test_blobs_are_found_and_numbered_by_size() -> None:
    features, true = blobs([100, 300, 200])
    model = fit_model(features, 3, seed=1)
    found = assignments(weights(model, features))
    assert adjusted_rand_score(true, found["cluster"]) > 0.99
    assert found["cluster"].value_counts().sort_index().tolist() == pytest.approx(
        [300, 200, 100], abs=3
    )
    assert model.kind is Kind.MIXTURE
    assert model.agreement > 0.99


def test_a_mixture_that_contradicts_k_means_is_not_used() -> None:
    # A dense cloud inside a wide one: the mixture separates them, k-means halves them.
    random = np.random.default_rng(4)
    values = np.concatenate([random.normal(size=(500, 2)) * 0.3, random.normal(size=(500, 2)) * 4])
    model = fit_model(customers(values), 2, seed=1)
    assert model.agreement < 0.8
    assert model.kind is Kind.DISTANCE


def test_weights_by_distance_are_a_softmax_in_units_of_the_median() -> None:
    features, _ = blobs([100, 60], features=2, distance=3)
    model = fit_model(features, 2, seed=1, rules=Rules(stable_ari=1.01))
    matrix = features.to_numpy()
    squared = ((matrix[:, None, :] - model.means[None]) ** 2).sum(axis=2)
    expected = np.exp(-squared / np.median(squared.min(axis=1)))
    expected /= expected.sum(axis=1, keepdims=True)
    assert np.abs(weights(model, features).to_numpy() - expected).max() < 1e-9


def test_customers_on_their_centres_are_sure() -> None:
    values = np.repeat([[0.0, 0.0], [5.0, 5.0]], 60, axis=0)
    model = fit_model(customers(values), 2, seed=1)
    found = assignments(weights(model, customers(values)))
    assert (found["weight"] > 0.99).all()


def test_a_spread_has_a_minimum() -> None:
    values = np.repeat([[0.0, 0.0], [5.0, 5.0]], 60, axis=0)
    model = fit_model(customers(values), 2, seed=1)
    assert model.inverse_deviations.max() <= 1 / np.sqrt(0.05) + 1e-9


def test_fewer_distinct_customers_than_clusters_are_an_error() -> None:
    with pytest.raises(ValueError, match="fewer than 2 distinct"):
        fit_model(customers(np.ones((100, 2))), 2, seed=1)


@pytest.mark.parametrize(
    ("given_weights", "cluster", "is_ambiguous"),
    [
        ([0.50, 0.375, 0.125], 1, False),
        ([0.4999, 0.25, 0.2501], 1, True),
        ([0.125, 0.5625, 0.3125], 2, False),
        ([0.0, 0.549, 0.451], 2, True),
        ([0.5, 0.5, 0.0], 1, True),
    ],
)
def test_a_low_weight_or_margin_is_ambiguous(
    given_weights: list[float], cluster: int, is_ambiguous: bool
) -> None:
    found = assignments(pd.DataFrame([given_weights], columns=[1, 2, 3])).iloc[0]
    assert found["cluster"] == cluster
    assert found["is_ambiguous"] == is_ambiguous


def test_entropy_is_from_0_to_1() -> None:
    found = assignments(pd.DataFrame([[1.0, 0.0], [0.5, 0.5]], columns=[1, 2]))
    assert found["entropy"].tolist() == [0.0, pytest.approx(1.0)]


def test_the_order_of_rows_changes_no_parameter() -> None:
    features, _ = blobs([100, 60, 80], distance=3)
    one, other = (
        fit_model(rows, 3, seed=1) for rows in (features, features.sample(frac=1, random_state=2))
    )
    assert np.array_equal(one.means, other.means)
    assert np.array_equal(one.inverse_deviations, other.inverse_deviations)
    assert np.array_equal(one.log_weights, other.log_weights)


@settings(deadline=None, max_examples=50)
@given(
    arrays(float, (3, 2), elements=st.floats(-50, 50)),
    arrays(float, (3, 2), elements=st.floats(0, 5)),
    arrays(float, 3, elements=st.floats(-50, 50)),
    arrays(float, (4, 2), elements=st.floats(-1e3, 1e3)),
)
def test_weights_sum_to_1(
    means: np.ndarray, inverse: np.ndarray, log_weights: np.ndarray, values: np.ndarray
) -> None:
    model = ClusterModel(Kind.MIXTURE, (1, 2, 3), ("f0", "f1"), means, inverse, log_weights, 1.0)
    found = weights(model, customers(values))
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-9
    assert ((found >= 0) & (found <= 1)).all(axis=None)
    assert assignments(found)["entropy"].between(0, 1 + 1e-9).all()
    renumbered = replace(model, numbers=(4, 5, 6))
    assert np.array_equal(weights(renumbered, customers(values)).to_numpy(), found.to_numpy())
