"""Fit a model from features in one call, and return all results as one table.

A dbt Python model returns one table and should fit once. So all parts of a fit share a long table,
and a thin SQL model selects each part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from customer_segmentation.clusters.alignment import Alignment, align
from customer_segmentation.clusters.explanation import explain
from customer_segmentation.clusters.model import (
    ClusterModel,
    Kind,
    Matrix,
    assignments,
    fit_model,
    weights,
)
from customer_segmentation.clusters.preparation import COLUMNS as PREPARATION_COLUMNS
from customer_segmentation.clusters.preparation import fit_preparation, prepared, used_features
from customer_segmentation.clusters.reasons import Reason
from customer_segmentation.clusters.selection import Choice, Rules, choose_k, sample
from customer_segmentation.clusters.tables import model_tables

ROW_COLUMNS = ["model_version", "part", "k", "cluster", "feature", "parameter", "number", "text"]


@dataclass(frozen=True)
class ClusterFit:
    """A model, or the reason not to publish one, with all measures in either case.

    ``model`` has the lasting numbers. If ``reason`` is ``RECLUSTER_NOT_ACCEPTED``, it is the model
    that would be published.
    """

    reason: Reason | None
    preparation: pd.DataFrame
    choice: Choice
    model: ClusterModel | None = None
    alignment: Alignment | None = None
    explanation: pd.DataFrame | None = None
    last_number: int = 0


def fit_clusters(
    features: pd.DataFrame,
    *,
    seed: int,
    rules: Rules | None = None,
    previous: pd.Series | None = None,
    last_number: int = 0,
    accept_recluster: bool = False,
) -> ClusterFit:
    """Prepares, chooses, fits, aligns and explains clusters of raw ``features``.

    ``previous`` are the customers' clusters by the last published model, scored on the same day;
    ``last_number`` and ``accept_recluster`` as in ``align``. Above the maximum of the rules, a
    sample of customers is used for everything, percentiles included.
    """
    rules = rules or Rules()
    rows = sample(features, rules.max_customers, seed=seed)
    parameters = fit_preparation(rows)
    ready = prepared(rows, parameters)
    choice = choose_k(ready, seed=seed, rules=rules)
    if choice.k is None:
        return ClusterFit(choice.reason, parameters, choice)
    fitted = fit_model(ready, choice.k, seed=seed, rules=rules)
    alignment = align(
        pd.Series(dtype=int) if previous is None else previous,
        assignments(weights(fitted, ready))["cluster"],
        last_number=last_number,
        accept_recluster=accept_recluster,
    )
    model = fitted.renumbered(alignment.mapping)
    return ClusterFit(
        alignment.reason,
        parameters,
        choice,
        model,
        alignment,
        explain(model, ready, seed=seed),
        max(last_number, *model.numbers),
    )


def fit_rows(version: str, fit: ClusterFit) -> pd.DataFrame:
    """A fit as ``ROW_COLUMNS``: one row per parameter, in ``number`` or in ``text``.

    ``version`` distinguishes the fit from others: a day, never a clock time.

    ================  ================  =====================================================
    part              key               parameters
    ================  ================  =====================================================
    model             (one)             customers, chosen_k, verdict, reason, kind, agreement,
                                        continuity, ari, common_customers, last_number
    candidate         k                 silhouette, noise_silhouette, smallest_cluster,
                                        mean_ari, verdict
    preparation       feature           low, high, is_log, centre, scale, is_used, note
    cluster           cluster           position, kind, log_weight, is_new, customers,
                                        common_customers, kept_customers
    cluster_feature   cluster, feature  position, mean, inverse_deviation
    explanation       cluster, feature  cluster_mean, other_mean, standardised_difference,
                                        importance, rank
    ================  ================  =====================================================

    Booleans are 0 and 1; null parameters have no row. The parts from ``cluster`` on are missing if
    there is no model to publish.
    """
    model, alignment = fit.model, fit.alignment
    summary = {
        "customers": fit.choice.customers,
        "chosen_k": fit.choice.k,
        "verdict": fit.choice.verdict,
        "reason": fit.reason,
        "kind": model.kind if model else None,
        "agreement": model.agreement if model else None,
        "continuity": alignment.continuity if alignment else None,
        "ari": alignment.ari if alignment else None,
        "common_customers": alignment.common_customers if alignment else None,
        "last_number": fit.last_number,
    }
    parts = [
        _long(version, "model", pd.DataFrame([summary]), []),
        _long(version, "candidate", fit.choice.candidates, ["k"]),
    ]
    if fit.reason is None and model and alignment and fit.explanation is not None:
        parts += [
            parameter_rows(version, fit.preparation, model),
            _long(version, "cluster", alignment.table.drop(columns="fitted"), ["cluster"]),
            _long(version, "explanation", fit.explanation, ["cluster", "feature"]),
        ]
    else:
        parts.append(_long(version, "preparation", fit.preparation, ["feature"]))
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def parameter_rows(version: str, preparation: pd.DataFrame, model: ClusterModel) -> pd.DataFrame:
    """The parts of ``fit_rows`` that customers are scored with."""
    tables = model_tables(preparation, model)
    parts = (
        ("preparation", tables.preparation, ["feature"]),
        ("cluster", tables.clusters, ["cluster"]),
        ("cluster_feature", tables.cluster_features, ["cluster", "feature"]),
    )
    return pd.concat(
        [_long(version, part, table, keys) for part, table, keys in parts], ignore_index=True
    )


def _long(version: str, part: str, table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    # As objects, numbers stay numbers and texts stay texts in one column.
    rows = table.astype(object).melt(list(keys), var_name="parameter", value_name="value")
    rows = rows[rows["value"].notna()].assign(model_version=version, part=part)
    is_text = rows["value"].map(lambda value: isinstance(value, str)).astype(bool)
    rows["number"] = pd.to_numeric(rows["value"].where(~is_text)).astype(float)
    rows["text"] = rows["value"].where(is_text).map(str, na_action="ignore").astype("string")
    return rows.reindex(columns=ROW_COLUMNS).astype(
        {"k": "Int64", "cluster": "Int64", "feature": "string"}
    )


@dataclass(frozen=True)
class StoredModel:
    """A model read from its rows; ``last_number`` is the highest number a cluster ever had."""

    version: str
    preparation: pd.DataFrame
    model: ClusterModel
    last_number: int


def stored_model(rows: pd.DataFrame) -> StoredModel:
    """The model of ``fit_rows``, number for number. Raises ValueError for rows without a model."""
    if not (rows["part"] == "cluster").any():
        raise ValueError("the rows hold no clusters")
    summary = rows[rows["part"] == "model"].set_index("parameter")["number"].astype(float)
    preparation = _wide(rows, "preparation", ["feature"]).reindex(columns=PREPARATION_COLUMNS)
    preparation[["is_log", "is_used"]] = preparation[["is_log", "is_used"]].astype(bool)
    preparation = preparation.astype(dict.fromkeys(("low", "high", "centre", "scale"), float))
    clusters = _wide(rows, "cluster", ["cluster"]).sort_values("position")
    shapes = _wide(rows, "cluster_feature", ["cluster", "feature"])
    features = used_features(preparation)
    numbers = tuple(int(number) for number in clusters["cluster"])

    def matrix(parameter: str) -> Matrix:
        table = shapes.pivot(index="cluster", columns="feature", values=parameter)
        return table.loc[list(numbers), list(features)].to_numpy(dtype=float)

    model = ClusterModel(
        Kind(clusters["kind"].iloc[0]),
        numbers,
        tuple(features),
        matrix("mean"),
        matrix("inverse_deviation"),
        clusters["log_weight"].to_numpy(dtype=float),
        summary["agreement"],
    )
    version = str(rows["model_version"].iloc[0])
    return StoredModel(version, preparation, model, int(summary["last_number"]))


def _wide(rows: pd.DataFrame, part: str, keys: list[str]) -> pd.DataFrame:
    """A part as before ``_long``: one row per key, one column per parameter."""
    chosen = rows[rows["part"] == part]
    values = chosen["number"].astype(object).where(chosen["number"].notna(), chosen["text"])
    wide = chosen.assign(value=values).pivot(index=keys, columns="parameter", values="value")
    # The order of the rows is the order of the features.
    order = chosen[keys].drop_duplicates()
    return order.merge(wide.reset_index(), on=keys)
