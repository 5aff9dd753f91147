"""The results of surveys by segment, as the table of the dbt Python model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from customer_segmentation.relations import schema
from customer_segmentation.surveys.measures import (
    Difference,
    holm,
    kappa,
    nominal_difference,
    ordinal_difference,
)

# The segment for all segments together.
ALL = "all"
# Published numbers are rounded, because the last digits depend on the machine.
DIGITS = 9

SCHEMA = schema(
    "survey_id string, segmentation string, segment string, question_id string, role string, "
    "states string, answers bigint, test string, statistic double, degrees_of_freedom int, "
    "p_value double, adjusted_p double, effect_size double, is_distinct boolean, agreeing bigint, "
    "agreement double, kappa double"
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """Limits of a result.

    Attributes:
        answers: the minimum answers of a segment, and of the rest.
        p: a difference is significant below this adjusted p-value.
        cramers_v: the minimum effect between answers in words.
        epsilon_squared: the minimum effect between ordered answers.
    """

    answers: int
    p: float
    cramers_v: float
    epsilon_squared: float

    def is_distinct(self, row: Mapping[str, Any]) -> bool:
        """Whether a difference is unlikely by chance and large enough to matter."""
        if row.get("adjusted_p") is None:
            return False
        is_ordered = row["test"] == "kruskal_wallis"
        effect = self.epsilon_squared if is_ordered else self.cramers_v
        return bool(row["adjusted_p"] < self.p and row["effect_size"] >= effect)


def survey_confirmations(counts: pa.Table, limits: Limits) -> pa.Table:
    """A row per survey, segment and question (``SCHEMA``); the segment "all" is the sum.

    ``counts`` has a row per survey, question, segment, answer and, if the answer states a segment,
    the recorded segment. Columns: survey_id, segmentation, question_id, role (defining, independent
    or statement), scale (nominal or ordinal), seed, states (the stated segmentation), segment,
    answer, answer_rank (of an ordinal answer), recorded, answers (their number).

    In each question that is no statement, a segment is tested against all others; "all" is the test
    between segments. P-values are adjusted over the questions of a segment. For a statement,
    ``agreeing`` counts answers that state the recorded segment, and ``kappa`` is the agreement
    beyond chance. If the study's own segments are stated, kappa compares a segment with the rest;
    otherwise it is over all answers in the segment.

    If a segment or the rest has fewer answers than the limit, the question is not tested and
    ``answers`` is null. If all answers are the same, they are counted and not tested. The
    result does not depend on the order of rows.
    """
    frame = counts.to_pandas()
    rows: list[Row] = []
    for (survey_id, segmentation), survey in frame.groupby(["survey_id", "segmentation"]):
        for segment in [ALL, *sorted(survey["segment"].unique())]:
            found = [
                {"survey_id": survey_id, "segmentation": segmentation, "segment": segment} | row
                for row in _questions(survey, segment, limits.answers)
            ]
            tested = [row for row in found if "p_value" in row]
            adjusted = holm([row["p_value"] for row in tested])
            for row, value in zip(tested, adjusted, strict=True):
                row |= {
                    "p_value": round(row["p_value"], DIGITS),
                    "adjusted_p": round(value, DIGITS),
                }
            for row in found:
                if row["role"] != "statement" and "answers" in row:
                    row["is_distinct"] = limits.is_distinct(row)
            rows += found
    return pa.Table.from_pylist(rows, SCHEMA)


def _questions(survey: pd.DataFrame, segment: str, least: int) -> Iterator[Row]:
    for question_id, question in survey.groupby("question_id"):
        first = question.iloc[0]
        row: Row = {
            "question_id": question_id,
            "role": first["role"],
            "states": first["states"] if first["role"] == "statement" else None,
        }
        is_member = question["segment"].eq(segment) | (segment == ALL)
        in_segment = question[is_member]
        answers = int(in_segment["answers"].sum())
        rest = int(question.loc[~is_member, "answers"].sum())
        if answers < least or (segment != ALL and rest < least) or _tells(question, segment, least):
            yield row
            continue
        row["answers"] = answers
        if first["role"] == "statement":
            yield row | _agreement(question, in_segment, segment)
        else:
            seed = f"{first['seed']}|{first['survey_id']}|{question_id}|{segment}"
            yield row | _difference(question, segment, least, seed)


def _tells(question: pd.DataFrame, segment: str, least: int) -> bool:
    """Whether the sum of all would reveal the hidden answers of small segments."""
    sizes = question.groupby("segment")["answers"].sum()
    kept_back = sizes[sizes < least].sum()
    return segment == ALL and 0 < kept_back < least


def _difference(question: pd.DataFrame, segment: str, least: int, seed: str) -> Row:
    """The test of a segment against the rest, or of all segments with enough answers."""
    is_ordinal = question["scale"].eq("ordinal").all()
    table = question.pivot_table(
        index="segment",
        columns="answer_rank" if is_ordinal else "answer",
        values="answers",
        aggfunc="sum",
        fill_value=0,
    )
    if segment != ALL:
        table = table.groupby(table.index == segment).sum()
    groups = table[table.sum(axis=1) >= least].to_numpy(dtype=np.int64)
    found: Difference | None
    if is_ordinal:
        found = ordinal_difference(groups)
    else:
        digest = sha256(seed.encode()).digest()
        found = nominal_difference(groups, seed=int.from_bytes(digest[:8], "big"))
    if found is None:
        return {}
    return {
        "test": found.test,
        "statistic": round(found.statistic, DIGITS),
        "degrees_of_freedom": found.degrees_of_freedom,
        "p_value": found.p_value,
        "effect_size": round(found.effect_size, DIGITS),
    }


def _agreement(question: pd.DataFrame, in_segment: pd.DataFrame, segment: str) -> Row:
    """The number of answers that state the recorded segment, and kappa."""
    is_agreeing = in_segment["answer"] == in_segment["recorded"]
    pairs = in_segment
    stated, recorded = pairs["answer"], pairs["recorded"]
    if segment != ALL and question["states"].eq(question["segmentation"]).all():
        # All customers of the segment are recorded in it; chance needs the rest.
        pairs = question
        stated, recorded = (pairs[column].eq(segment) for column in ("answer", "recorded"))
    beyond_chance = kappa(list(stated), list(recorded), list(pairs["answers"]))
    agreeing = int(in_segment.loc[is_agreeing, "answers"].sum())
    return {
        "agreeing": agreeing,
        "agreement": agreeing / int(in_segment["answers"].sum()),
        "kappa": None if beyond_chance is None else round(beyond_chance, DIGITS),
    }
