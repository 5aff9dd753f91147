"""The catalogue of segmentations, as dbt needs it while it parses: the seed files themselves."""

import csv
import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_SEGMENTATIONS = "seeds/business/segmentations.csv"
_SEGMENTS = "seeds/business/segments.csv"
_MODELS = "models/segmentation"


def catalogue(project: Path) -> dict[str, Any]:
    """Read the catalogue of the dbt project in the folder ``project``.

    Returns:
        ``segmentations``: the rows of the seed, in its order. ``missing_models``: a sentence for
        each model that has no file. ``problems``: a sentence for each other file that lacks
        something.
    """
    segmentations = _rows(project / _SEGMENTATIONS)
    listed = {row["segmentation"] for row in _rows(project / _SEGMENTS)}
    files = {file.stem: file for file in sorted((project / _MODELS).rglob("seg_*.sql"))}
    return {
        "segmentations": segmentations,
        "missing_models": [
            f"{_SEGMENTATIONS} names the model {row['model']} for the segmentation "
            f"{row['segmentation']}; expected the file {_MODELS}/{row['model']}.sql"
            for row in segmentations
            if row["model"] not in files
        ],
        "problems": [
            *_models_without_row(project, files.values(), segmentations),
            *_models_without_yaml(project, files),
            *_segmentations_without_segments(segmentations, listed),
        ],
    }


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def _models_without_row(
    project: Path, files: Iterable[Path], segmentations: list[dict[str, str]]
) -> Iterable[str]:
    named = {row["model"] for row in segmentations}
    for file in files:
        if file.stem not in named:
            yield (
                f"{_SEGMENTATIONS} has no row for the model of "
                f"{file.relative_to(project).as_posix()}; expected a row for each of its "
                "segmentations"
            )


def _models_without_yaml(project: Path, names: Iterable[str]) -> Iterable[str]:
    texts = [file.read_text("utf-8") for file in sorted((project / _MODELS).rglob("*.yml"))]
    described = set(re.findall(r"^  - name: (seg_\w+)$", "\n".join(texts), re.MULTILINE))
    tested = set(re.findall(r"^    model: (seg_\w+)$", "\n".join(texts), re.MULTILINE))
    for name in names:
        if name not in described:
            yield f"{_MODELS}/*.yml have no entry for the model {name}; expected one with tests"
        # A copy of the project that only builds has no unit tests at all.
        elif tested and name not in tested:
            yield f"{_MODELS}/*.yml have no unit test for the model {name}; expected one"


def _segmentations_without_segments(
    segmentations: list[dict[str, str]], listed: set[str]
) -> Iterable[str]:
    for row in segmentations:
        if row["segments_are_listed"] == "true" and row["segmentation"] not in listed:
            yield (
                f"{_SEGMENTS} has no row for the segmentation {row['segmentation']}; expected one "
                f"for each segment, because segments_are_listed is true in {_SEGMENTATIONS}"
            )


def pack(found: Mapping[str, Any]) -> str:
    """A catalogue as the text of an environment variable, which systems limit to 32,767 signs."""
    return b64encode(zlib.compress(json.dumps(found).encode())).decode()


@cache
def unpacked(packed: str) -> dict[str, Any]:
    """The catalogue in a text of ``pack``; callers do not change it."""
    found: dict[str, Any] = json.loads(zlib.decompress(b64decode(packed)))
    return found


def segment_columns(packed: str) -> list[dict[str, str]]:
    """The segment columns of dim_customers, for its contract."""
    return [{**column, "data_type": "string"} for column in _segment_columns(packed)]


def segment_dimensions(packed: str) -> list[dict[str, str]]:
    """The segment columns of dim_customers, for its semantic model."""
    return [{**column, "type": "categorical"} for column in _segment_columns(packed)]


def _segment_columns(packed: str) -> list[dict[str, str]]:
    return [
        {
            "name": f"{row['segmentation']}_segment",
            "description": f"{row['label']}. {row['description']}.",
        }
        for row in unpacked(packed)["segmentations"]
        if row["is_in_dim_customers"] == "true"
    ]
