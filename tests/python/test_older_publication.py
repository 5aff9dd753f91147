"""Builds after a publication of an older version, each with its own build database."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection as Connection
from project import LEAN, Project

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

OLDER = Path(__file__).parent / "fixtures" / "published_by_6dacf91"
VARIABLES: dict[str, Any] = {
    "landing": "files",
    "landing_path": "landing",
    "rfm_score_method": "frozen",
    "rfm_min_buyers": 20,
    "rfm_max_days_since_last_order": 90,
    "use_examples": True,
}
CUT_POINTS = "select population, measure, score, threshold from {} where {} order by all"


@pytest.fixture(scope="module")
def older() -> Iterator[Connection]:
    """The publication of the older version."""
    with duckdb.connect() as connection:
        for file in (OLDER / "tables").glob("*.parquet"):
            connection.execute(f"create table {file.stem} as from '{file}'")
        yield connection


@pytest.fixture(scope="module")
def project(older: Connection, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Builds the next day after it, and four days later with a new build database."""
    project = Project.copy_to(tmp_path_factory.mktemp("older") / "project")
    shutil.copytree(OLDER / "landing", project.landing)
    project.published.parent.mkdir()
    older.execute(f"attach '{project.published}' as published")
    older.execute("copy from database memory to published")
    older.execute("detach published")
    for day in ("2025-06-21", "2025-06-25"):
        project.warehouse.unlink(missing_ok=True)
        project.build({**VARIABLES, "as_of_date": day}, tests="none")
    return project


def test_the_history_keeps_its_days_and_changes(older: Connection, project: Project) -> None:
    days = "select distinct cast(logged_on as varchar) from segmentation_days order by all"
    assert [day for (day,) in project.rows(days)] == [
        *("2025-05-20", "2025-06-20", "2025-06-21", "2025-06-25")
    ]
    changes = (
        "select customer_id, segmentation, segment, logged_on, change, cause, definition_version "
        "from fct_segment_changes where logged_on = date '2025-06-20' order by all"
    )
    assert project.rows(changes) == older.execute(changes).fetchall() != []


def test_the_first_day_enters_without_a_cause(older: Connection, project: Project) -> None:
    members = older.execute(
        "select customer_id, segmentation, segment from fct_segment_changes "
        "where logged_on = date '2025-05-20' order by all"
    ).fetchall()
    assert len(members) > 8000
    assert members == project.rows(
        "select customer_id, segmentation, segment from fct_segment_history "
        "where valid_from = date '2025-05-20' and entered_because is null order by all"
    )


def test_the_next_run_reads_older_rules_and_drift(project: Project) -> None:
    kept = "select count(*) > 100 from rule_memberships where was_member_before"
    assert project.state_rows(kept) == [(True,)]
    bins = "select min(frozen_on) from drift_bins where frozen_on is not null"
    assert str(project.state_rows(bins)[0][0]) == "2025-05-20"


def test_cut_points_stay_frozen_in_a_new_database(older: Connection, project: Project) -> None:
    in_force = CUT_POINTS.format("rfm_cut_points", "score_method = 'frozen'")
    frozen = older.execute(in_force).fetchall()
    assert len(frozen) == 12
    assert project.rows(in_force) == frozen
    assert project.state_rows(CUT_POINTS.format("frozen_cut_points", "true")) == frozen


def test_a_replay_keeps_state(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    replay = project.copy(tmp_path_factory.mktemp("replay") / "project")
    replay.let_parts_be_published()
    variables = {**VARIABLES, "as_of_date": "2025-05-25", "rfm_cut_version": "v2"}
    folders = ["path:models/intermediate/rfm", "path:models/history"]
    parts = [*folders, "kept_rule_memberships", "publication"]
    replay.done(*LEAN, "run", "--select", "as_of", *parts, variables=variables)
    table = "segments_intermediate.int_rfm_cut_points"
    versions = f"select distinct cut_version, is_in_force from {table} order by all"
    assert replay.warehouse_rows(versions) == [("v1", False), ("v2", True), (None, True)]
    # New cut points would differ.
    old, new = (CUT_POINTS.format(table, f"cut_version = '{version}'") for version in ("v1", "v2"))
    assert replay.warehouse_rows(old) != replay.warehouse_rows(new)
    assert replay.state_tables() == project.state_tables()
