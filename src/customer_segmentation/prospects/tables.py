"""Models of prospects as the table that dbt's Python model returns."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import pandas as pd
import pyarrow as pa

from customer_segmentation.prospects.tiers import TierFit, TierModel, TierRules, fit_tiers
from customer_segmentation.relations import schema

SCHEMA = schema(
    "model_version string, segmentation string, segment string, feature string, level string, "
    "parameter string, number double, text string"
)

Row = dict[str, str | float]


def prospect_models(
    buyers: pd.DataFrame,
    segmentations: Sequence[str],
    *,
    version: str,
    seed: int,
    rules: TierRules | None = None,
) -> pa.Table:
    """A model for each of the ``segmentations``, or the reason for none (``SCHEMA``).

    ``buyers`` is indexed by customer_id and has the segment in a column for each segmentation; all
    other columns are attributes, numbers as floats and categories as text. One row per parameter,
    in ``number`` or in ``text``:

    =======================  ==================================================================
    key                      parameters
    =======================  ==================================================================
    segmentation             customers, log_loss, base_log_loss, log_loss_skill, brier,
                             base_brier, brier_skill (see ``Score``), reason (in ``text``)
    segment                  base_rate (share of the buyers), coefficient (the intercept)
    segment, feature         coefficient, centre, scale of a number
    segment, feature, level  coefficient of a level; '' is the level of null
    =======================  ==================================================================

    The weight of a segment is the softmax over the segments of the sum of its terms. A number adds
    coefficient * (x - centre) / scale, 0 for null; a level adds its coefficient for customers with
    that level. Without a model there are no segments; missing measures have no row.
    """
    attributes = buyers.drop(columns=list(segmentations))
    rows: list[Row] = []
    for segmentation in segmentations:
        fit = fit_tiers(buyers[segmentation], attributes, seed=seed, rules=rules)
        of: Row = {"model_version": version, "segmentation": segmentation}
        rows += [of | row for row in _summary(fit)]
        if fit.model:
            shares = buyers[segmentation].value_counts(normalize=True)
            rows += [of | row for row in _parameters(fit.model, shares)]
    return pa.Table.from_pylist(rows, SCHEMA)


def _summary(fit: TierFit) -> Iterator[Row]:
    if fit.score:
        skills = {"log_loss_skill": fit.score.log_loss_skill, "brier_skill": fit.score.brier_skill}
        for parameter, number in (asdict(fit.score) | skills).items():
            yield {"parameter": parameter, "number": float(number)}
    if fit.reason:
        yield {"parameter": "reason", "text": str(fit.reason)}


def _parameters(model: TierModel, shares: pd.Series) -> Iterator[Row]:
    for place, segment in enumerate(model.tiers):
        row: Row = {"segment": segment}
        yield row | {"parameter": "base_rate", "number": float(shares[segment])}
        yield row | {"parameter": "coefficient", "number": float(model.intercepts[place])}
        for term, coefficient in zip(
            model.terms.to_dict("records"), model.coefficients[:, place], strict=True
        ):
            row["feature"] = term["feature"]
            if isinstance(term["level"], str):
                level: Row = row | {"level": term["level"]}
                yield level | {"parameter": "coefficient", "number": float(coefficient)}
                continue
            yield row | {"parameter": "coefficient", "number": float(coefficient)}
            yield row | {"parameter": "centre", "number": float(term["centre"])}
            yield row | {"parameter": "scale", "number": float(term["scale"])}
