"""The model that scores today: the stored one if it is still valid, else a new fit."""

import pandas as pd
import pyarrow as pa

from customer_segmentation.clusters.fitting import (
    ROW_COLUMNS,
    StoredModel,
    fit_clusters,
    fit_rows,
    stored_model,
)
from customer_segmentation.clusters.model import assignments, weights
from customer_segmentation.clusters.preparation import prepared
from customer_segmentation.relations import schema

SCHEMA = schema(
    "model_version string, is_accepted boolean, part string, k bigint, cluster bigint, "
    "feature string, parameter string, number double, text string"
)


def current_model(
    features: pd.DataFrame,
    stored: pd.DataFrame | None,
    *,
    day: str,
    landing: str,
    seed: int,
    refit: bool = False,
    accept_recluster: bool = False,
) -> pa.Table:
    """The rows (``SCHEMA``) of the model that scores today, and of a new fit that was refused.

    ``features`` has a sample of customers, indexed by customer_id; ``stored`` is the result that
    was last published, or None. The stored model is kept unless ``refit`` is true, or the model has
    another ``landing``, other features or a later day. A replay of a past day must not use a later
    model. ``day`` (YYYY-MM-DD) is the version of a new model.
    """
    accepted = _accepted(stored, day, landing, list(features.columns))
    if accepted is not None and not refit:
        return _table(accepted, is_accepted=True)
    last = None if accepted is None else stored_model(accepted)
    fit = fit_clusters(
        features,
        seed=seed,
        previous=_scored(last, features),
        last_number=last.last_number if last else 0,
        accept_recluster=accept_recluster,
    )
    version = _version(day, last)
    rows = pd.concat([fit_rows(version, fit), _landing_row(version, landing)], ignore_index=True)
    fitted = _table(rows, is_accepted=fit.reason is None)
    if fit.reason is None or accepted is None:
        return fitted
    return pa.concat_tables([fitted, _table(accepted, is_accepted=True)])


def _accepted(
    stored: pd.DataFrame | None, day: str, landing: str, features: list[str]
) -> pd.DataFrame | None:
    """The rows of the stored model if it is valid for today, else none."""
    if stored is None:
        return None
    rows = stored[stored["is_accepted"].astype(bool)]
    # A version such as 2024-06-30.2 begins with the day.
    rows = rows[rows["model_version"].str[: len(day)] <= day]
    of = rows[(rows["part"] == "model") & (rows["parameter"] == "landing")]["text"]
    known = rows[rows["part"] == "preparation"]["feature"].unique()
    is_usable = set(of) == {landing} and sorted(known) == sorted(features)
    return rows[ROW_COLUMNS] if is_usable else None


def _scored(model: StoredModel | None, features: pd.DataFrame) -> pd.Series | None:
    if model is None:
        return None
    return assignments(weights(model.model, prepared(features, model.preparation)))["cluster"]


def _version(day: str, last: StoredModel | None) -> str:
    """The day; the second model of a day is <day>.2, and so on."""
    if last is None or not last.version.startswith(day):
        return day
    number = last.version.removeprefix(day).removeprefix(".") or "1"
    return f"{day}.{int(number) + 1}"


def _landing_row(version: str, landing: str) -> pd.DataFrame:
    row = {"model_version": version, "part": "model", "parameter": "landing", "text": landing}
    return pd.DataFrame([row], columns=ROW_COLUMNS)


def _table(rows: pd.DataFrame, *, is_accepted: bool) -> pa.Table:
    return pa.Table.from_pandas(rows.assign(is_accepted=is_accepted), SCHEMA, preserve_index=False)
