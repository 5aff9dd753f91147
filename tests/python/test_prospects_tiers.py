"""Predicted groups of buyers for prospects."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from customer_segmentation.clusters.reasons import Reason
from customer_segmentation.prospects.tiers import (
    Score,
    TierModel,
    TierRules,
    fit_terms,
    fit_tiers,
    term_matrix,
    tier_weights,
)

TIERS = ["high", "low", "middle"]


def buyers(count: int = 1200, *, effect: float = 1.5) -> tuple[pd.Series, pd.DataFrame]:
    random = np.random.default_rng(7)
    attributes = pd.DataFrame(
        {
            "age_years": random.normal(45, 12, count),
            "country_code": random.choice(["AT", "DE", "CH"], count),
            "is_company": random.random(count) < 0.3,
            "same": 1.0,
        },
        index=pd.Index([f"c{number:04d}" for number in range(count)], name="customer_id"),
    )
    z = ((attributes["age_years"] - 45) / 12).to_numpy()
    german = (attributes["country_code"] == "DE").to_numpy(dtype=float)
    logits = effect * np.column_stack([z, -z, german - 0.5])
    chances = softmax(logits, axis=1)
    drawn = (random.random((count, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    attributes.loc[attributes.index[::17], ["age_years", "country_code"]] = None
    return pd.Series(np.array(TIERS)[drawn], index=attributes.index), attributes


def fitted(
    tiers: pd.Series, attributes: pd.DataFrame, rules: TierRules | None = None
) -> tuple[TierModel, Score]:
    fit = fit_tiers(tiers, attributes, seed=1, rules=rules)
    assert fit.reason is None
    assert fit.model is not None
    assert fit.score is not None
    return fit.model, fit.score


@pytest.fixture(scope="module")
def model() -> TierModel:
    return fitted(*buyers())[0]


def test_useful_attributes_give_a_model_with_a_score() -> None:
    model, score = fitted(*buyers())
    assert model.tiers == ("high", "low", "middle")
    assert score.customers == 1200
    assert 0.1 < score.brier_skill < 0.6
    assert 0.1 < score.log_loss_skill < 0.6


def test_noise_gives_base_rates_only() -> None:
    refused = fit_tiers(*buyers(effect=0.0), seed=1)
    assert refused.model is None
    assert refused.reason is Reason.ATTRIBUTES_SAY_TOO_LITTLE
    assert refused.score is not None
    assert refused.score.brier_skill < 0.01
    assert refused.score.base_brier == pytest.approx(2 / 3, abs=0.01)


def test_the_minimum_skill_is_a_setting() -> None:
    skill = fitted(*buyers())[1].brier_skill
    assert fitted(*buyers(), TierRules(useful_brier_skill=skill))
    above = TierRules(useful_brier_skill=skill + 1e-9)
    assert fit_tiers(*buyers(), seed=1, rules=above).reason is Reason.ATTRIBUTES_SAY_TOO_LITTLE


def test_weights_of_unknown_prospects_sum_to_1(model: TierModel) -> None:
    prospects = pd.DataFrame(
        {
            "age_years": [30.0, np.nan, 1e6],
            "country_code": ["AT", None, "never seen"],
            "is_company": [True, False, False],
        }
    )
    found = tier_weights(model, prospects)
    assert np.abs(found.sum(axis=1) - 1).max() < 1e-9
    assert found["high"].iloc[2] > 0.99


def test_weights_are_calibrated(model: TierModel) -> None:
    tiers, attributes = buyers()
    chances = tier_weights(model, attributes)["high"]
    for _, group in chances.groupby(pd.qcut(chances, 4)):
        assert group.mean() == pytest.approx((tiers[group.index] == "high").mean(), abs=0.06)


def test_an_overconfident_model_is_tempered() -> None:
    tiers, attributes = buyers(300, effect=2.5)
    noise = np.random.default_rng(1).normal(size=(300, 40))
    names = [f"noise_{number}" for number in range(40)]
    attributes = attributes.join(pd.DataFrame(noise, columns=names, index=attributes.index))
    model, score = fitted(tiers, attributes, TierRules(penalty=100.0, smallest_tier=20))
    untempered = softmax(
        model.intercepts + 2 * term_matrix(attributes, model.terms) @ model.coefficients, axis=1
    )
    # On its own data the model could be surer; held-out customers disagree.
    places = np.searchsorted(model.tiers, tiers)
    own = tier_weights(model, attributes).to_numpy()
    rows = np.arange(300)
    assert -np.log(untempered[rows, places]).mean() < -np.log(own[rows, places]).mean()
    assert score.log_loss < score.base_log_loss


def test_rare_and_many_levels_and_constants_have_no_term() -> None:
    attributes = pd.DataFrame(
        {
            "city": ["a"] * 40 + ["b"] * 30 + ["c"] * 29 + [None] * 31,
            "same": ["x"] * 130,
            "number": [5.0] * 129 + [None],
        }
    )
    terms = fit_terms(attributes, TierRules(max_levels=12))
    assert terms[["feature", "level"]].to_numpy().tolist() == [
        ["city", "a"],
        ["city", ""],
        ["city", "b"],
    ]
    assert len(fit_terms(attributes, TierRules(max_levels=2))) == 2
    assert term_matrix(attributes, terms).sum(axis=0).tolist() == [40, 31, 30]


def test_a_small_tier_is_left_out() -> None:
    tiers, attributes = buyers()
    with_few = tiers.copy()
    with_few.iloc[:9] = "few"
    model, score = fitted(with_few, attributes)
    assert model.tiers == ("high", "low", "middle")
    assert score.customers == 1191


def test_two_tiers_are_enough() -> None:
    tiers, attributes = buyers()
    model, score = fitted(tiers.replace({"middle": "low"}), attributes)
    assert model.coefficients.shape[1] == 2
    assert score.brier_skill > 0.1


@pytest.mark.parametrize(
    ("tiers", "reason"),
    [
        ([], Reason.TOO_FEW_TIERS),
        ([None] * 200, Reason.TOO_FEW_TIERS),
        (["a"] * 200, Reason.TOO_FEW_TIERS),
        (["a"] * 191 + ["b"] * 9, Reason.TOO_FEW_TIERS),
        (["a"] * 190 + ["b"] * 10, Reason.NO_USABLE_FEATURE),
    ],
)
def test_a_failed_fit_has_a_reason(tiers: list[str | None], reason: Reason) -> None:
    attributes = pd.DataFrame({"x": [1.0] * len(tiers), "y": [None] * len(tiers)})
    refused = fit_tiers(pd.Series(tiers, dtype=object), attributes, seed=1)
    assert (refused.model, refused.reason, refused.score) == (None, reason, None)


def test_the_order_of_rows_changes_no_coefficient(model: TierModel) -> None:
    tiers, attributes = buyers()
    again, score = fitted(tiers.iloc[::-1], attributes.sample(frac=1, random_state=1))
    assert np.array_equal(again.coefficients, model.coefficients)
    assert score == fitted(tiers, attributes)[1]
