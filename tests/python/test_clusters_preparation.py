"""Features on a common scale."""

import math
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_segmentation.clusters.preparation import (
    COLUMNS,
    by_customer,
    fit_preparation,
    prepared,
    used_features,
)


def frame(**columns: list[float] | np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})


def row(features: pd.DataFrame, feature: str = "x") -> dict[str, object]:
    parameters = fit_preparation(features).set_index("feature")
    return {str(name): value for name, value in parameters.loc[feature].items()}


def test_a_feature_without_skew_is_scaled_by_quartiles() -> None:
    parameters = row(frame(x=np.arange(101.0)))
    assert parameters == {
        "low": 1.0,
        "high": 99.0,
        "is_log": False,
        "centre": 50.0,
        "scale": pytest.approx(50 / 1.3489795003921634),
        "is_used": True,
        "note": None,
    }


def test_values_beyond_the_percentiles_are_cut() -> None:
    features = frame(x=np.arange(101.0))
    z = prepared(features, fit_preparation(features))["x"]
    assert z[0] == z[1] < z[2]
    assert z[98] < z[99] == z[100]
    assert z[50] == 0


def test_a_skew_above_1_takes_the_logarithm() -> None:
    features = frame(x=np.exp(np.linspace(0, 5, 101)))
    parameters = row(features)
    assert parameters["is_log"]
    assert parameters["centre"] == pytest.approx(math.log(1 + math.exp(2.5)))


@pytest.mark.parametrize(("share", "is_log"), [(0.28, False), (0.27, True)])
def test_the_limit_of_skew_is_1(share: float, is_log: bool) -> None:
    # The skew of a share of ones is (1 - 2p) / sqrt(p(1 - p)): 1 at p = .2764.
    ones = round(share * 1000)
    assert row(frame(x=[1.0] * ones + [0.0] * (1000 - ones)))["is_log"] == is_log


def test_negative_values_prevent_the_logarithm() -> None:
    parameters = row(frame(x=np.exp(np.linspace(0, 5, 101)) - 10))
    assert not parameters["is_log"]


def test_nulls_become_the_median_of_known_values() -> None:
    features = frame(x=[*np.arange(101.0), np.nan, np.nan])
    assert row(features)["centre"] == 50.0
    assert prepared(features, fit_preparation(features))["x"].tolist()[-2:] == [0.0, 0.0]


def test_nullable_types_of_a_database_are_numbers() -> None:
    features = pd.DataFrame({"x": pd.array([None, *range(100)], dtype="Int64")})
    assert row(features)["centre"] == 49.5
    assert prepared(features, fit_preparation(features))["x"][0] == 0


def test_a_frequent_value_scales_by_the_standard_deviation() -> None:
    parameters = row(frame(x=[0.0] * 800 + [1.0] * 200))
    assert parameters["scale"] == pytest.approx(math.log(2) * 0.4)
    assert "standard deviation" in str(parameters["note"])


def test_nearly_equal_quartiles_are_no_scale() -> None:
    x = np.concatenate([np.linspace(0, 0.001, 900), np.linspace(-50, 50, 100)])
    assert float(str(row(frame(x=x))["scale"])) > 1


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ([7.0] * 50, "constant"),
        ([0.0] * 1000 + [1.0], "constant"),
        ([0.1 + 0.2] * 3 + [0.3] * 3, "constant"),
        ([np.nan] * 5, "no value"),
        ([np.inf] * 5, "no value"),
        ([], "no value"),
    ],
)
def test_a_constant_feature_is_noted_and_not_used(values: list[float], note: str) -> None:
    features = frame(x=np.array(values, dtype=float), y=np.arange(float(len(values))))
    parameters = fit_preparation(features)
    assert not parameters["is_used"][0]
    assert parameters["note"][0].startswith(note)
    assert parameters[["low", "high", "centre", "scale"]].iloc[0].isna().all()
    assert "x" not in used_features(parameters)
    assert "x" not in prepared(features, parameters)


def test_no_columns_give_an_empty_table() -> None:
    assert fit_preparation(pd.DataFrame(index=[1, 2])).columns.tolist() == COLUMNS
    assert prepared(pd.DataFrame(index=[1, 2]), fit_preparation(pd.DataFrame())).shape == (2, 0)


def test_new_customers_are_scaled_by_the_stored_parameters() -> None:
    parameters = fit_preparation(frame(x=np.arange(101.0)))
    assert prepared(frame(x=[50.0, 1e9]), parameters)["x"].tolist() == [
        0.0,
        pytest.approx(49 * 1.3489795003921634 / 50),
    ]


def test_a_customer_with_two_rows_is_an_error() -> None:
    with pytest.raises(ValueError, match="more than one row"):
        by_customer(pd.DataFrame({"x": [1.0, 2.0]}, index=["a", "a"]))


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=2, max_size=60),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_changes_no_bit(values: list[float | None], random: Random) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)
    one, other = (
        fit_preparation(pd.DataFrame({"x": pd.Series(column, dtype=float)}))
        for column in (values, shuffled)
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(0, 1e9)), max_size=60))
def test_prepared_values_are_finite_and_keep_their_order(values: list[float | None]) -> None:
    features = pd.DataFrame({"x": pd.Series(values, dtype=float)})
    result = prepared(features, fit_preparation(features))
    assert np.isfinite(result.to_numpy()).all()
    if "x" in result:
        by_value = pd.DataFrame({"x": features["x"], "z": result["x"]}).dropna().sort_values("x")
        assert by_value["z"].is_monotonic_increasing
