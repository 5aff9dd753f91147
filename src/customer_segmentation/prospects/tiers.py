"""Predict the group of buyers (tier) of a prospect, from attributes before the first order."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from customer_segmentation.clusters.preparation import by_customer
from customer_segmentation.clusters.reasons import Reason

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

FOLDS = 5
TERM_COLUMNS = ["feature", "level", "centre", "scale"]


@dataclass(frozen=True)
class Score:
    """The quality of predictions for held-out customers, compared with the base rates.

    Log-loss in nats and Brier score (0 to 2) of the model and of the base rates; a skill is 1 -
    model / base rates: 1 is perfect, 0 no better than base rates.
    """

    customers: int
    log_loss: float
    base_log_loss: float
    brier: float
    base_brier: float

    @property
    def log_loss_skill(self) -> float:
        """Share of the base rates' log-loss that the model saves."""
        return 1 - self.log_loss / self.base_log_loss

    @property
    def brier_skill(self) -> float:
        """Share of the base rates' Brier score that the model saves."""
        return 1 - self.brier / self.base_brier


@dataclass(frozen=True)
class TierModel:
    """Terms x tiers. The probability of a tier is softmax(intercept + sum of coefficient * term).

    ``terms`` has ``TERM_COLUMNS``. A number (``level`` null) is (x - centre) / scale, 0 for null; a
    level is 1 for customers with that level, else 0. Null is the level ''; other levels have no
    term.
    """

    tiers: tuple[str, ...]
    terms: pd.DataFrame
    intercepts: Matrix
    coefficients: Matrix


@dataclass(frozen=True)
class TierFit:
    """A model, or the reason for none; the score if it was measured."""

    model: TierModel | None
    reason: Reason | None
    score: Score | None


@dataclass(frozen=True)
class TierRules:
    """The settings."""

    max_levels: int = 12
    # Rarer levels have no coefficient.
    smallest_level: int = 30
    smallest_tier: int = 10
    # Minimum Brier skill.
    useful_brier_skill: float = 0.02
    # Inverse strength of the penalty on squared coefficients.
    penalty: float = 0.1


def fit_tiers(
    tiers: pd.Series, attributes: pd.DataFrame, *, seed: int, rules: TierRules | None = None
) -> TierFit:
    """A multinomial logistic regression of the ``tiers`` of buyers on their ``attributes``.

    Customers without a tier and tiers with fewer than ``smallest_tier`` customers are left out.
    Numbers are standardised; each of the most frequent levels of a category (all other columns) is
    a term. The model is calibrated by a temperature: the factor on all coefficients with the best
    log-loss over held-out customers, so the model stays linear. The score is over five folds, each
    predicted by a model and a temperature fitted to the others.

    Without a useful skill there is no model, because it would add nothing to the base rates.
    """
    rules = rules or TierRules()
    known = tiers.dropna().astype(str)
    known = known[known.groupby(known).transform("size") >= rules.smallest_tier]
    rows = by_customer(attributes.loc[attributes.index.intersection(known.index)])
    names, codes = np.unique(known.loc[rows.index].to_numpy(dtype=str), return_inverse=True)
    if len(names) < 2:
        return TierFit(None, Reason.TOO_FEW_TIERS, None)
    terms = fit_terms(rows, rules)
    if terms.empty:
        return TierFit(None, Reason.NO_USABLE_FEATURE, None)
    matrix = term_matrix(rows, terms)
    # The last bits of a sum depend on the number of threads.
    with threadpool_limits(limits=1):
        held_out, folds = _held_out_logits(matrix, codes, seed, rules)
        score = _score(held_out, folds, codes)
        if score.brier_skill < rules.useful_brier_skill:
            return TierFit(None, Reason.ATTRIBUTES_SAY_TOO_LITTLE, score)
        intercepts, coefficients = _regression(matrix, codes, rules)
        factor = _temperature(held_out, codes)
    tiers_found = tuple(str(name) for name in names)
    model = TierModel(tiers_found, terms, intercepts * factor, coefficients * factor)
    return TierFit(model, None, score)


def tier_weights(model: TierModel, attributes: pd.DataFrame) -> pd.DataFrame:
    """The probability of each tier for each customer; rows sum to 1."""
    logits = model.intercepts + term_matrix(attributes, model.terms) @ model.coefficients
    return pd.DataFrame(softmax(logits, axis=1), index=attributes.index, columns=list(model.tiers))


def fit_terms(attributes: pd.DataFrame, rules: TierRules) -> pd.DataFrame:
    """The terms of a model (``TERM_COLUMNS``); constant attributes and rare levels have none."""
    rows: list[tuple[str, str | None, float, float]] = []
    for name in attributes:
        column = attributes[name]
        if _is_number(column):
            values = np.sort(column.dropna().to_numpy(dtype=float))
            if values.size and values[0] < values[-1]:
                rows.append((str(name), None, float(values.mean()), float(values.std())))
            continue
        # The most frequent first, ties by name.
        sizes = _levels(column).value_counts().sort_index()
        sizes = sizes.sort_values(ascending=False, kind="stable")
        frequent = sizes.index[sizes >= rules.smallest_level][: rules.max_levels]
        if len(sizes) > 1:
            rows += [(str(name), str(level), np.nan, np.nan) for level in frequent]
    return pd.DataFrame(rows, columns=TERM_COLUMNS)


def term_matrix(attributes: pd.DataFrame, terms: pd.DataFrame) -> Matrix:
    """Customers x terms, without nulls."""
    columns = []
    for term in terms.to_dict("records"):
        column = attributes[term["feature"]]
        if isinstance(term["level"], str):
            columns.append((_levels(column) == term["level"]).to_numpy(dtype=float))
        else:
            values = (column.to_numpy(dtype=float, na_value=np.nan) - term["centre"]) / term[
                "scale"
            ]
            columns.append(np.where(np.isnan(values), 0.0, values))
    return np.column_stack(columns)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _levels(column: pd.Series) -> pd.Series:
    """The values as text, as SQL casts them; '' for null."""
    text = column.astype("string").fillna("")
    is_boolean = pd.api.types.is_bool_dtype(column)
    return (text.str.lower() if is_boolean else text).astype(object)


def _regression(matrix: Matrix, codes: Labels, rules: TierRules) -> tuple[Matrix, Matrix]:
    """Intercepts, and coefficients as terms x tiers."""
    model = LogisticRegression(C=rules.penalty, max_iter=1000).fit(matrix, codes)
    intercepts, coefficients = np.asarray(model.intercept_), np.asarray(model.coef_).T
    if len(intercepts) == 1:
        # For two tiers, scikit-learn only keeps the odds of the second.
        return np.append(0.0, intercepts), np.column_stack([0 * coefficients, coefficients])
    return intercepts, coefficients


def _held_out_logits(
    matrix: Matrix, codes: Labels, seed: int, rules: TierRules
) -> tuple[Matrix, Labels]:
    """The logits of each customer by a model without its fold, and the fold."""
    logits = np.zeros((len(codes), int(codes.max()) + 1))
    folds = np.zeros(len(codes), dtype=np.int64)
    splits = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(matrix, codes)
    for fold, (seen, unseen) in enumerate(splits):
        intercepts, coefficients = _regression(matrix[seen], codes[seen], rules)
        logits[unseen] = intercepts + matrix[unseen] @ coefficients
        folds[unseen] = fold
    return logits, folds


def _temperature(logits: Matrix, codes: Labels) -> float:
    """The factor on the logits that gives the best log-loss, from 0.01 to 10."""

    def loss(log_factor: float) -> float:
        return _log_loss(log_softmax(np.exp(log_factor) * logits, axis=1), codes)

    found = minimize_scalar(loss, bounds=(np.log(0.01), np.log(10)), method="bounded")
    return float(np.exp(found.x))


def _score(logits: Matrix, folds: Labels, codes: Labels) -> Score:
    log_chances, base = np.zeros_like(logits), np.zeros_like(logits)
    for fold in range(FOLDS):
        unseen = folds == fold
        factor = _temperature(logits[~unseen], codes[~unseen])
        log_chances[unseen] = log_softmax(factor * logits[unseen], axis=1)
        base[unseen] = np.bincount(codes[~unseen], minlength=logits.shape[1]) / (~unseen).sum()
    return Score(
        customers=len(codes),
        log_loss=_log_loss(log_chances, codes),
        base_log_loss=_log_loss(np.log(base), codes),
        brier=_brier(np.exp(log_chances), codes),
        base_brier=_brier(base, codes),
    )


def _log_loss(log_chances: Matrix, codes: Labels) -> float:
    return float(-log_chances[np.arange(len(codes)), codes].mean())


def _brier(chances: Matrix, codes: Labels) -> float:
    true = np.eye(chances.shape[1])[codes]
    return float(((chances - true) ** 2).sum(axis=1).mean())
