"""A run continues the published state, or stops with a reason."""

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from customer_segmentation.state import (
    STATE_VERSION,
    database_problem,
    publication_problem,
    state_path,
    views_problem,
)

LAST_DAY = date(2024, 6, 30)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "published"
    folder.mkdir(parents=True)
    return folder / "segments.duckdb"


def write(file: Path, last_day: date = LAST_DAY, version: int = STATE_VERSION) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table run_report as from range(100000)")
        connection.execute(f"create table segmentation_days as select date '{last_day}' logged_on")
    with duckdb.connect(str(state_path(file))) as connection:
        connection.execute(f"create table version as select {version} as version")


def problem(file: Path, database: Path | None = None, **last: Any) -> str:
    """The problem of a run with a build database beside the folder of ``file``."""
    found = publication_problem(
        str(file),
        "run_report",
        **{
            "has_history": True,
            "database": str(database or file.parent.parent / "warehouse.duckdb"),
            **last,
        },
    )
    return found or ""


def published(file: Path) -> dict[str, Any]:
    """The facts in the build database after a run that published ``file``."""
    return {
        "was_published": True,
        "last_place": str(file),
        "last_database": str(file.parent.parent / "warehouse.duckdb"),
        "last_day": LAST_DAY,
    }


def cut_off(file: Path) -> None:
    write(file)
    os.truncate(file, file.stat().st_size - 1)


def foreign(file: Path) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table invoices as select 1 as number")


def moved_without_the_hidden(file: Path) -> None:
    file.with_name(f".{file.name}.current").symlink_to("gone")


def without_state(file: Path) -> None:
    write(file)
    state_path(file).unlink()


def with_dangling_state(file: Path) -> None:
    without_state(file)
    state_path(file).symlink_to("gone")


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "is a broken link": (lambda file: file.symlink_to("gone"), "Restore it"),
    "moved or deleted without its hidden files": (moved_without_the_hidden, "Restore it"),
    "is a folder": (lambda file: file.mkdir(), "Publish to another path"),
    "not a valid DuckDB database": (lambda file: file.write_text("x" * 9000), "Restore it"),
    "cannot be read": (lambda file: file.touch(), "Restore it"),
    "was cut off": (cut_off, "Restore it"),
    "has not published": (foreign, "Publish to another path"),
    "newer version": (lambda file: write(file, version=STATE_VERSION + 1), "Update the project"),
    "is missing, which belongs to": (without_state, "Restore it"),
    "_state.duckdb is missing, which belongs to": (with_dangling_state, "Restore it"),
}


@pytest.mark.parametrize("reason", UNREADABLE)
def test_an_unreadable_file_is_named_with_what_to_do(file: Path, reason: str) -> None:
    damage, remedy = UNREADABLE[reason]
    damage(file)
    found = problem(file)
    assert reason in found
    assert str(file) in found or str(state_path(file)) in found
    assert f"{remedy}" in found
    assert "start_history_anew: true" in found


def test_a_run_without_a_build_database_may_publish(file: Path) -> None:
    assert problem(file) == ""
    write(file)
    assert problem(file) == ""


def test_version_1_kept_its_state_in_the_published_file(file: Path) -> None:
    without_state(file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table memory_of_rules as select 'a' as customer_id")
    assert problem(file, **published(file)) == ""


def test_a_missing_published_file_is_reported(file: Path) -> None:
    found = problem(file, **published(file))
    assert f"{file} is missing, which the last run published. Restore it" in found
    # The build database of an older version has no place.
    assert problem(file, was_published=True) == found


def test_a_copy_of_the_project_does_not_begin_a_history(file: Path, tmp_path: Path) -> None:
    write(file)
    copied = tmp_path / "copy" / "published" / file.name
    database = file.parent.parent / "warehouse.duckdb"
    found = problem(copied, database, **published(file))
    assert f"the last run published {file}, but this one would publish {copied}" in found
    assert "SEGMENTS_PUBLISHED to the absolute path" in found


def test_an_old_copy_does_not_continue_the_history(file: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copy" / "published" / file.name
    copied.parent.mkdir(parents=True)
    database = file.parent.parent / "warehouse.duckdb"
    write(copied, date(2024, 6, 29))
    assert "SEGMENTS_PUBLISHED" in problem(copied, database, **published(file))
    copied.unlink()
    state_path(copied).unlink()
    # The published file was moved, and the run has the new path.
    write(copied)
    assert problem(copied, database, **published(file)) == ""


def test_project_and_build_database_may_move_together(file: Path, tmp_path: Path) -> None:
    last = published(file)
    write(file)
    moved = tmp_path / "moved"
    file.parent.parent.rename(moved)
    assert problem(moved / "published" / file.name, **last) == ""
    shutil.rmtree(moved / "published")
    assert "is missing" in problem(moved / "published" / file.name, **last)


def test_a_link_to_the_folder_is_the_same_place(file: Path, tmp_path: Path) -> None:
    write(file)
    linked = tmp_path / "copy" / "published"
    linked.parent.mkdir()
    linked.symlink_to(file.parent)
    database = tmp_path / "elsewhere" / "warehouse.duckdb"
    assert problem(linked / file.name, database, **published(file)) == ""


def test_cards_are_replaced_only_in_their_place(file: Path, tmp_path: Path) -> None:
    last = {**published(file), "has_history": False}
    assert problem(file, **last) == ""
    file.write_text("no database")
    assert problem(file, **last) == ""
    copied = tmp_path / "copy" / "published" / file.name
    database = file.parent.parent / "warehouse.duckdb"
    assert "SEGMENTS_SERVICE_PUBLISHED" in problem(copied, database, **last)
    file.unlink()
    foreign(file)
    assert "has not published" in problem(file, **last)


def test_views_continue_or_have_a_problem() -> None:
    published, state = ["run_report", "rfm_cut_points"], ["version", "drift_bins"]

    def found(
        schema: str,
        views: list[str],
        state_views: list[str],
        missing: str = "",
        version: int = STATE_VERSION,
        on_side_b: str = "",
    ) -> str:
        places = {schema: views, f"{schema}_state": state_views}
        sides = {
            place: {name: "b" if name == on_side_b else "a" for name in names}
            for place, names in places.items()
        }
        tables = {
            f"{place}_{side}": [name for name in names if name != missing]
            for place, names in places.items()
            for side in "ab"
        }
        problem = views_problem(
            schema,
            sides,
            tables,
            version,
            has_history=True,
            was_published=True,
            last_place="segments",
        )
        return problem or ""

    assert found("segments", published, state) == ""
    assert "segments read missing tables: run_report" in found(
        "segments", published, state, missing="run_report"
    )
    assert "segments_state read missing tables: drift_bins" in found(
        "segments", published, state, missing="drift_bins"
    )
    assert "segments are missing, which the last run" in found("segments", [], [])
    assert "Set publish_schema: segments" in found("test", [], [])
    assert "segments_state is missing, which belongs to" in found("segments", published, [])
    assert found("segments", [*published, "memory_of_rules"], []) == ""
    assert "newer version" in found("segments", published, state, version=STATE_VERSION + 1)
    # A run was killed while it switched views. The next one publishes all tables again.
    assert found("segments", published, state, on_side_b="rfm_cut_points") == ""
    for half in published[0], state[0]:
        missing = found("segments", published, state, on_side_b=half, missing=half)
        assert f"read missing tables: {half}." in missing
    halves = found("segments", published, state, on_side_b="drift_bins")
    assert "read tables of two runs (segments_state_a, segments_state_b)" in halves
    nothing: dict[str, dict[str, str | None]] = {"segments": {}, "segments_state": {}}
    assert views_problem("segments", nothing, {}, None, has_history=True) is None
    of_others: dict[str, dict[str, str | None]] = {**nothing, "segments": {"invoices": None}}
    assert "missing tables: invoices" in str(
        views_problem("segments", of_others, {}, None, has_history=True)
    )


@pytest.mark.parametrize("name", ["segments.duckdb", "segments_state.duckdb"])
def test_a_run_does_not_build_in_what_it_publishes(file: Path, name: str) -> None:
    write(file)
    link = file.parent / "link.duckdb"
    link.symlink_to(name)
    for database in (file.with_name(name), link):
        problem = database_problem(str(file), str(database))
        assert problem
        assert f"the build database {database} has the place of a file that the run pub" in problem


@pytest.mark.parametrize("name", ["last_run", "state", "publication"])
def test_a_build_database_has_a_name_of_its_own(file: Path, name: str) -> None:
    problem = database_problem(str(file), str(file.with_name(f"{name}.duckdb")))
    assert f"has the name {name}, which a run gives to a database beside it" in str(problem)
    assert database_problem(str(file), str(file.parent / name / "warehouse.duckdb")) is None
    assert database_problem(str(file), ":memory:") is None
