"""The table of models for prospects."""

import numpy as np
import pandas as pd
import pytest

from customer_segmentation.prospects.tables import SCHEMA, prospect_models

SEGMENTATIONS = ["value", "mood"]


def buyers(count: int = 900) -> pd.DataFrame:
    """The value depends on age and country, the mood on nothing; one value is too rare."""
    random = np.random.default_rng(3)
    age = random.normal(45, 12, count)
    country = random.choice(["AT", "DE"], count)
    is_high = random.random(count) < 1 / (1 + np.exp(-(age - 45) / 6 - (country == "DE")))
    rows = pd.DataFrame(
        {
            "value": np.where(is_high, "high", "low").astype(object),
            "mood": random.choice(["good", "bad"], count),
            "age_years": age,
            "country_code": country.astype(object),
        },
        index=pd.Index([f"c{number:04d}" for number in range(count)], name="customer_id"),
    )
    rows.iloc[:5, 0] = "rare"
    rows.iloc[5:100, 2:] = None
    return rows


@pytest.fixture(scope="module")
def models() -> pd.DataFrame:
    table: pd.DataFrame = prospect_models(
        buyers(), SEGMENTATIONS, version="2024-06-30", seed=1
    ).to_pandas()
    return table


def test_each_segmentation_has_its_score(models: pd.DataFrame) -> None:
    score = models[models["segment"].isna()].set_index(["segmentation", "parameter"])
    number = score["number"]
    assert number["value", "customers"] == 895
    assert number["mood", "customers"] == 900
    for measure in ("brier", "log_loss"):
        skill = 1 - number["value", measure] / number["value", f"base_{measure}"]
        assert number["value", f"{measure}_skill"] == pytest.approx(skill)
        assert skill > 0.1


def test_useless_attributes_give_a_reason_and_no_segment(models: pd.DataFrame) -> None:
    mood = models[models["segmentation"] == "mood"]
    assert mood["segment"].isna().all()
    assert mood.set_index("parameter")["text"]["reason"] == "attributes_say_too_little"
    assert mood.set_index("parameter")["number"]["brier_skill"] < 0.02


def test_base_rates_are_shares_of_all_buyers(models: pd.DataFrame) -> None:
    rates = models[models["parameter"] == "base_rate"].set_index("segment")["number"]
    sizes = buyers()["value"].value_counts()
    assert rates.to_dict() == {name: sizes[name] / 900 for name in ("high", "low")}


def test_a_parameter_has_one_row_of_this_version(models: pd.DataFrame) -> None:
    key = ["segmentation", "segment", "feature", "level", "parameter"]
    assert not models.duplicated(key).any()
    assert (models["model_version"] == "2024-06-30").all()
    assert (models["number"].isna() == models["text"].notna()).all()


def test_no_buyers_give_a_reason() -> None:
    table = prospect_models(buyers().iloc[:0], SEGMENTATIONS, version="2024-06-30", seed=1)
    assert table.schema == SCHEMA
    assert table["text"].to_pylist() == ["too_few_tiers", "too_few_tiers"]
