"""The stored model scores until a refit is requested; a refused model changes nothing."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from clusters_data import blobs, customers

from customer_segmentation.clusters.current import SCHEMA, current_model

# Two groups by f0; f1 is the same in both.
FEATURES, _ = blobs([250, 200], features=2)
DAY: dict[str, Any] = {"day": "2024-06-30", "landing": "files", "seed": 1}


@pytest.fixture(scope="module")
def first() -> pd.DataFrame:
    table = current_model(FEATURES, None, **DAY)
    assert table.schema == SCHEMA
    frame: pd.DataFrame = table.to_pandas()
    return frame


def rows(table: pa.Table) -> pd.DataFrame:
    """Sorted like a published table."""
    keys = ["is_accepted", "model_version", "part", "k", "cluster", "feature", "parameter"]
    frame: pd.DataFrame = table.to_pandas()
    return frame.sort_values(keys, ignore_index=True)


def versions(table: pa.Table) -> dict[str, bool]:
    """The versions in a table, and whether they are accepted."""
    return {row["model_version"]: row["is_accepted"] for row in table.to_pylist()}


def test_the_first_model_has_the_version_of_the_day(first: pd.DataFrame) -> None:
    assert set(first["model_version"]) == {"2024-06-30"}
    assert first["is_accepted"].all()
    assert first.loc[first["part"] == "cluster", "cluster"].nunique() == 2


def test_the_stored_model_stays_if_customers_change(first: pd.DataFrame) -> None:
    later = current_model(FEATURES.iloc[:300] + 5, first, **{**DAY, "day": "2024-09-30"})
    pd.testing.assert_frame_equal(
        rows(later), rows(pa.Table.from_pandas(first, SCHEMA, preserve_index=False))
    )


@pytest.mark.parametrize(
    ("day", "version"), [("2024-07-31", "2024-07-31"), (DAY["day"], "2024-06-30.2")]
)
def test_a_refit_keeps_the_numbers(first: pd.DataFrame, day: str, version: str) -> None:
    again = current_model(FEATURES, first, refit=True, **{**DAY, "day": day})
    assert versions(again) == {version: True}
    summary = again.to_pandas().query("part == 'model'").set_index("parameter")
    assert summary.loc["continuity", "text"] == "continued"
    assert summary.loc["ari", "number"] == 1


def test_a_refit_with_other_clusters_is_refused(first: pd.DataFrame) -> None:
    # Now all have the same f0, and f1 separates every second customer.
    noise = np.random.default_rng(3).normal(size=(2, len(FEATURES)))
    turned = FEATURES.assign(f0=noise[0], f1=noise[1] + 9 * (np.arange(len(FEATURES)) % 2))
    refused = current_model(turned, first, refit=True, **{**DAY, "day": "2024-07-31"})
    assert versions(refused) == {"2024-07-31": False, "2024-06-30": True}
    reasons = [row["text"] for row in refused.to_pylist() if row["parameter"] == "reason"]
    assert reasons == ["recluster_not_accepted"]
    parts = {row["part"] for row in refused.to_pylist() if not row["is_accepted"]}
    assert parts == {"model", "candidate", "preparation"}
    accepted = current_model(
        turned, first, refit=True, accept_recluster=True, **{**DAY, "day": "2024-07-31"}
    )
    assert versions(accepted) == {"2024-07-31": True}


def test_data_without_clusters_keep_the_stored_model(first: pd.DataFrame) -> None:
    noise = customers(np.random.default_rng(1).normal(size=(300, 2)))
    assert versions(current_model(noise, None, **DAY)) == {"2024-06-30": False}
    kept = current_model(noise, first, refit=True, **{**DAY, "day": "2024-07-31"})
    assert versions(kept) == {"2024-07-31": False, "2024-06-30": True}


def test_a_model_of_another_landing_is_not_used(first: pd.DataFrame) -> None:
    of_sample = current_model(FEATURES, first, **{**DAY, "landing": "sample", "day": "2024-07-31"})
    assert versions(of_sample) == {"2024-07-31": True}
    fewer = current_model(FEATURES[["f0"]], first, **{**DAY, "day": "2024-07-31"})
    assert "2024-06-30" not in versions(fewer)


def test_a_replay_does_not_use_a_later_model(first: pd.DataFrame) -> None:
    past = current_model(FEATURES, first, **{**DAY, "day": "2024-06-29"})
    assert versions(past) == {"2024-06-29": True}


def test_a_refused_model_is_never_used(first: pd.DataFrame) -> None:
    noise = customers(np.random.default_rng(1).normal(size=(300, 2)))
    refused = current_model(noise, None, **DAY).to_pandas()
    assert versions(current_model(FEATURES, refused, **{**DAY, "day": "2024-07-31"})) == {
        "2024-07-31": True
    }
