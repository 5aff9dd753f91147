"""Ranking of features by effect size."""

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import REPOSITORY, csv_rows
from scipy.stats import chi2_contingency, kruskal

from customer_segmentation.clusters.key_features import (
    COLUMNS,
    SCHEMA,
    compared_segments,
    cramers_v,
    epsilon_squared,
    key_feature_table,
)
from customer_segmentation.clusters.key_features import key_features as cross_tabulated


def key_features(segments: pd.Series, features: pd.DataFrame) -> pd.DataFrame:
    """The key features of one segmentation."""
    found = cross_tabulated(segments.to_frame("segmentation"), features)
    return found.drop(columns="segmentation")


def example(customers: int = 400) -> tuple[pd.Series, pd.DataFrame]:
    """Three segments; ``spend`` and ``plan`` follow them, ``age`` and ``colour`` do not."""
    random = np.random.default_rng(6)
    segments = pd.Series(random.choice(["a", "b", "c"], customers))
    place = segments.map({"a": 0, "b": 1, "c": 2}).to_numpy()
    features = pd.DataFrame(
        {
            "age": random.integers(18, 80, customers).astype(float),
            "spend": place * 2 + random.normal(size=customers),
            "colour": random.choice(["red", "green", "blue"], customers),
            "plan": np.where(random.random(customers) < 0.9, segments, "none"),
            "is_member": place == 2,
        }
    )
    features.loc[:9, ["age", "colour"]] = None
    return segments, features


def test_features_related_to_segments_come_first() -> None:
    found = key_features(*example())
    assert found.columns.tolist() == COLUMNS[1:]
    assert found["feature"].tolist()[:3] == ["is_member", "plan", "spend"]
    assert found["feature_rank"].dropna().tolist() == [1, 2, 3]
    assert (found["p_value"][:3] < 1e-9).all()
    assert (found["strength"][3:] < 0.15).all()


def test_permuted_segments_have_hardly_any_key_feature() -> None:
    segments, features = example(300)
    random = np.random.default_rng(8)
    for number in range(20):
        features[f"n{number}"] = random.poisson(1, 300)
        features[f"c{number}"] = random.choice(list("abcdefgh"), 300)
    labels = {
        f"permuted {number}": random.permutation(segments.to_numpy()) for number in range(100)
    }
    found = cross_tabulated(pd.DataFrame(labels), features)
    assert found["feature_rank"].notna().mean() <= 0.05
    assert found.groupby("segmentation")["feature_rank"].count().gt(0).mean() <= 0.1


def test_sources_of_a_segmentation_are_left_out() -> None:
    segments, features = example()
    both = pd.DataFrame({"first": segments, "second": segments})
    found = cross_tabulated(both, features, {"first": {"plan", "is_member"}})
    first = found[found["segmentation"] == "first"]
    assert sorted(first["feature"]) == ["age", "colour", "spend"]
    assert (found["segmentation"] == "second").sum() == 5


def test_every_segmentation_but_rules_has_sources() -> None:
    seeds = REPOSITORY / "seeds" / "business"
    catalogue = {row["segmentation"] for row in csv_rows(seeds / "segmentations.csv")}
    assert catalogue - {
        row["segmentation"] for row in csv_rows(seeds / "segmentation_sources.csv")
    } == {"business"}


def test_p_values_are_adjusted_for_all_tested_features() -> None:
    segments, features = example()
    features["rare"] = features["spend"].where(features.index < 29)
    found = key_features(segments, features).set_index("feature")
    p_values = found["p_value"].drop("rare").sort_values()
    steps = p_values * len(p_values) / np.arange(1, len(p_values) + 1)
    expected = steps[::-1].cummin()[::-1].clip(upper=1)
    assert found["adjusted_p_value"].drop("rare").to_dict() == pytest.approx(expected.to_dict())
    assert found.loc["rare", ["adjusted_p_value", "feature_rank"]].isna().all()


@pytest.mark.parametrize(("customers", "is_ranked"), [(29, False), (30, True)])
def test_a_key_feature_needs_30_customers(customers: int, is_ranked: bool) -> None:
    segments = pd.Series(["a", "b"] * 30)
    values = segments.eq("a").astype(float).where(segments.index < customers)
    assert key_features(segments, values.to_frame("x"))["feature_rank"].notna().all() == is_ranked


def test_numbers_are_measured_by_kruskal_wallis_with_ties() -> None:
    segments, features = example()
    features["age"] = (features["age"] // 10).astype("Int64")
    known = features["age"].notna()
    groups = [
        features["age"][known & (segments == segment)].to_numpy(dtype=float) for segment in "abc"
    ]
    expected = kruskal(*groups)
    found = key_features(segments, features).set_index("feature").loc["age"]
    assert found["measure"] == "epsilon_squared"
    assert found["effect"] == pytest.approx(expected.statistic / (known.sum() - 1))
    assert found["strength"] == pytest.approx(np.sqrt(found["effect"]))
    assert found["p_value"] == pytest.approx(expected.pvalue)


def test_categories_are_measured_by_chi_squared_without_bias() -> None:
    table = np.array([[30.0, 10, 5], [8, 25, 20]])
    expected = chi2_contingency(table, correction=False)
    n = table.sum()
    phi_squared = expected.statistic / n - 2 / (n - 1)
    effect, p_value = cramers_v(table)
    assert effect == pytest.approx(np.sqrt(phi_squared / (2 - 1 / (n - 1) - 1)))
    assert p_value == pytest.approx(expected.pvalue)


def test_independent_categories_have_no_effect() -> None:
    assert cramers_v(np.array([[20.0, 20], [20, 20]])) == (0.0, 1.0)


def test_the_largest_effects_are_1() -> None:
    assert cramers_v(np.diag([50.0, 50, 50]))[0] == pytest.approx(1)
    assert 0.7 < epsilon_squared(np.diag([50.0, 50]))[0] <= 1


def test_nulls_are_counted_and_left_out() -> None:
    found = key_features(*example()).set_index("feature")
    assert found.loc[["age", "colour"], "unknown_customers"].tolist() == [10, 10]
    assert found.loc[["age", "colour"], "customers"].tolist() == [390, 390]
    assert (found["customers"] + found["unknown_customers"] == 400).all()


def test_customers_without_a_segment_are_left_out() -> None:
    segments, features = example()
    segments[:100] = None
    found = key_features(segments, features)
    assert (found["customers"] + found["unknown_customers"] == 300).all()


@pytest.mark.parametrize(
    ("segments", "values"),
    [
        (["a", "b"] * 5, [3.0] * 10),
        (["a", "b"] * 5, ["x"] * 10),
        (["a"] * 10, list(range(10))),
        (["a", "b"] * 5, [None] * 10),
        (["a", "b"] * 5, [1.0, np.nan] * 5),
    ],
)
def test_constants_have_no_effect_or_rank(segments: list[str | None], values: list[object]) -> None:
    found = key_features(pd.Series(segments, dtype=object), pd.DataFrame({"x": values}))
    assert found[["feature", "segments"]].shape == (1, 2)
    assert found["effect"].isna().all()
    assert found["feature_rank"].isna().all()


@pytest.mark.parametrize(
    ("segments", "features"),
    [(["a", "b"], pd.DataFrame(index=[0, 1])), ([None, None], pd.DataFrame({"x": [1, 2]}))],
)
def test_no_values_give_an_empty_table(segments: list[str | None], features: pd.DataFrame) -> None:
    found = key_features(pd.Series(segments, dtype=object), features)
    assert found.empty
    assert found.columns.tolist() == COLUMNS[1:]


def test_unique_keys_have_no_effect() -> None:
    segments, _ = example()
    keys = pd.DataFrame({"key": [f"k{place}" for place in range(400)]})
    assert key_features(segments, keys)["effect"][0] < 0.2


def test_segmentations_are_measured_one_by_one() -> None:
    segments, features = example()
    both = pd.DataFrame({"second": segments.map({"a": "x", "b": "x", "c": "y"}), "first": segments})
    found = cross_tabulated(both, features)
    assert found["segmentation"].unique().tolist() == ["second", "first"]
    for segmentation, rows in found.groupby("segmentation"):
        alone = key_features(both[str(segmentation)], features)
        pd.testing.assert_frame_equal(
            rows.drop(columns="segmentation").reset_index(drop=True), alone
        )


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c", None]), st.one_of(st.none(), st.integers(-5, 5))),
        min_size=1,
        max_size=40,
    )
)
def test_effects_ignore_names_and_order(rows: list[tuple[str | None, int | None]]) -> None:
    segments = pd.Series([segment for segment, _ in rows], dtype=object)
    number = pd.Series([value for _, value in rows], dtype="Int64")
    features = pd.DataFrame({"number": number, "text": number.astype("string")})
    found = key_features(segments, features)
    effects = found["effect"].dropna()
    assert effects.between(0, 1).all()
    renamed = segments.map({"a": "z", "b": "y", "c": "x"})[::-1]
    again = key_features(renamed, features[::-1])
    assert np.allclose(
        found.set_index("feature")["effect"].sort_index().astype(float),
        again.set_index("feature")["effect"].sort_index().astype(float),
        equal_nan=True,
    )


def test_levels_beyond_the_maximum_are_merged() -> None:
    segments = pd.Series(["a", "b"] * 600)
    levels = pd.DataFrame({"x": [f"l{place // 10:03d}" for place in range(1200)]})
    assert levels["x"].nunique() == 120
    found = key_features(segments, levels)
    assert found["customers"][0] == 1200
    assert found["effect"][0] == 0


def halves(*values: object) -> list[object]:
    """40 values: each half has one of the two."""
    return [values[number % 2] for number in range(40)]


def table_of_features(**arguments: Any) -> pa.Table:
    customers = [f"{number:02}" for number in range(40)]
    features = pa.table(
        {
            "customer_id": customers,
            "contact_id": halves("1", "2"),
            "seen_date": halves(date(2024, 1, 1), date(2024, 1, 2)),
            "location_source": halves("crm", "ip"),
            "orders": halves(1, 2),
            "spent": pa.array(halves(Decimal("1.10"), Decimal("2.20")), pa.decimal128(18, 2)),
            "is_member": halves(True, False),
            "city": halves("Graz", "Linz"),
            # 30 customers have visits.
            "visits": [*halves(1, 2)[:30], *[None] * 10],
        }
    )
    segments = pa.table(
        {
            # Customer `new` has no features.
            "customer_id": ["new", *customers, *customers],
            "segmentation": ["rfm"] * 41 + ["home"] * 40,
            "segment": ["loyal", *halves("loyal", "lost"), *halves("owned", "rented")],
        }
    )
    settings: dict[str, Any] = {
        "sources": pa.table({"segmentation": ["home"], "feature": ["city"]}),
        "available": pa.table({"segmentation": ["rfm", "home"]}),
        "least": 10,
        **arguments,
    }
    return key_feature_table(segments, features, **settings)


def test_ids_and_dates_are_no_features() -> None:
    found = table_of_features()
    assert found.schema == SCHEMA
    known = {
        row["feature"]: (row["customers"], row["unknown_customers"])
        for row in found.filter(pc.field("segmentation") == "rfm").to_pylist()
    }
    everybody = ["city", "is_member", "orders", "spent"]
    assert known == {**dict.fromkeys(everybody, (40, 0)), "visits": (30, 10)}
    assert found["feature_rank"].to_pylist() == [1, 2, 3, 4, 1, 2, 3, 4, 5]
    # The city is a source of home.
    of_home = found.filter(pc.field("segmentation") == "home")["feature"].to_pylist()
    assert sorted(of_home) == ["is_member", "orders", "spent", "visits"]


def test_sources_are_columns_of_the_features() -> None:
    sources = pa.table({"segmentation": ["home"], "feature": ["cty"]})
    with pytest.raises(ValueError, match="segmentation_sources: cty; expected columns"):
        table_of_features(sources=sources)


def test_segmentations_that_are_not_available_have_no_key_features() -> None:
    found = table_of_features(available=pa.table({"segmentation": ["home"]}))
    assert set(found["segmentation"].to_pylist()) == {"home"}


@pytest.mark.parametrize(("least", "has_visits"), [(10, True), (30, True), (31, False)])
def test_features_of_few_customers_are_left_out(least: int, has_visits: bool) -> None:
    assert ("visits" in table_of_features(least=least)["feature"].to_pylist()) == has_visits


def test_known_primary_segments_of_the_first_customers_are_compared() -> None:
    features = pa.table({"customer_id": ["b", "a"]})
    rows = duckdb.sql("""
        from (values
            ('a', 'loyal', true), ('a', 'gifter', false), ('a', 'unknown', true),
            ('a', 'not_applicable', true), ('b', 'too_few', true), ('b', 'loyal', true),
            ('c', 'loyal', true)
        ) as rows (customer_id, segment, is_primary)
    """)
    compared = rows.filter(compared_segments(features)).select("customer_id", "segment")
    assert sorted(compared.fetchall()) == [("a", "loyal"), ("b", "loyal")]
    assert rows.filter(compared_segments(features[:0])).fetchall() == []
