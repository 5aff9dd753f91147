"""Builds go on with what was published: by an older version, from a copy, with a new database."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from project import LEAN, Project

pytestmark = pytest.mark.end_to_end

# All that a run of it needs is what is published, and who is erased.
READ = (*LEAN, "run", "--select", "int_last_segment_changes")


@dataclass(frozen=True)
class Deployed(Project):
    """A project with more of an environment."""

    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.settings}


@pytest.fixture
def project(parsed: Project, tmp_path: Path) -> Project:
    """A project that has built nothing but the list of erased people, which is empty."""
    project = parsed.copy(tmp_path / "project")
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create schema segments_staging")
        connection.execute("create table segments_staging.erased_keys (key_hash varchar)")
    return project


def write_published(file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table run_report as select 1 as one")
        connection.execute(
            "create table fct_segment_changes as select 'a' as customer_id, 'rfm' as segmentation, "
            "'loyal' as segment, date '2024-06-30' as logged_on, 'enter' as change, 'data' as cause"
        )


def was_published(project: Project) -> None:
    """The build database says that the last run published, as older versions of it did."""
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create schema segments_publishing")
        connection.execute("create table segments_publishing.publication as select 1 as row_count")


def cut_off(project: Project) -> None:
    write_published(project.published)
    os.truncate(project.published, project.published.stat().st_size - 1)


def garbage(project: Project) -> None:
    project.published.parent.mkdir()
    project.published.write_text("no database")


def dangling(project: Project) -> None:
    project.published.parent.mkdir()
    project.published.symlink_to("gone")


def newer(project: Project) -> None:
    write_published(project.published)
    with duckdb.connect(str(project.published)) as connection:
        connection.execute("create table memory_version as select 99 as version")


DAMAGE: list[tuple[Callable[[Project], None], str]] = [
    (was_published, "is missing, which the last run published"),
    (dangling, "is a link to what is not there"),
    (garbage, "not a valid DuckDB database file"),
    (cut_off, "was cut off"),
    (newer, "a newer version of this project published"),
]


@pytest.mark.parametrize(("damage", "reason"), DAMAGE)
def test_what_cannot_go_on_is_an_error_before_any_model(
    project: Project, damage: Callable[[Project], None], reason: str
) -> None:
    damage(project)
    before = project.published.read_bytes() if project.published.is_file() else None
    run = project.dbt(*READ)
    assert run.returncode != 0
    assert "published: " in run.stdout
    assert reason in " ".join(run.stdout.split())
    assert "start_history_anew: true" in run.stdout
    assert "START python table model" not in run.stdout
    after = project.published.read_bytes() if project.published.is_file() else None
    assert after == before


def test_a_history_that_cannot_go_on_is_given_up_when_asked(project: Project) -> None:
    garbage(project)
    run = project.dbt(*READ, variables={"start_history_anew": True})
    assert run.returncode == 0, run.stdout[-2000:]
    changes = "select count(*) from segments_intermediate.int_last_segment_changes"
    assert project.warehouse_rows(changes) == [(0,)]


def test_an_older_table_without_a_column_of_today_is_read(project: Project) -> None:
    write_published(project.published)
    run = project.dbt(*READ)
    assert run.returncode == 0, run.stdout[-2000:]
    assert project.warehouse_rows(
        "select customer_id, segment, definition_version "
        "from segments_intermediate.int_last_segment_changes"
    ) == [("a", "loyal", None)]


def test_paths_are_relative_to_the_project_and_not_to_the_working_directory(
    project: Project, tmp_path: Path
) -> None:
    write_published(project.published)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = project.command(*READ, "--project-dir", str(project.root))
    profiles = str(project.root / "profiles")
    environment = {
        **project.environment,
        "DBT_PROFILES_DIR": profiles,
        "SEGMENTS_DATABASE": str(project.warehouse),
    }
    run = subprocess.run(
        command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-2000:]
    changes = "select count(*) from segments_intermediate.int_last_segment_changes"
    assert project.warehouse_rows(changes) == [(1,)]
    assert list(elsewhere.iterdir()) == []


def test_a_run_in_a_copy_of_the_project_stops_until_it_is_told_where_to_publish(
    built: Project, parsed: Project, tmp_path: Path
) -> None:
    deployed = built.copy(tmp_path / "deployed")
    before = deployed.published.read_bytes()
    temporary = parsed.copy(tmp_path / "temporary").root
    database = {"SEGMENTS_DATABASE": str(deployed.warehouse)}
    run = Deployed(temporary, database).dbt(*READ)
    assert run.returncode != 0
    assert "does it run in a copy of the project? Set the environment variable" in " ".join(
        run.stdout.split()
    )
    assert "SEGMENTS_PUBLISHED" in run.stdout

    told = Deployed(temporary, {**database, "SEGMENTS_PUBLISHED": str(deployed.published)})
    run = told.dbt(*READ)
    assert run.returncode == 0, run.stdout[-2000:]
    changes = "select count(*) from segments_intermediate.int_last_segment_changes"
    published = deployed.rows("select count(*) from fct_segment_changes")
    assert deployed.warehouse_rows(changes) == published
    # A var that is set wins over the environment.
    path = {"publish_path": str(tmp_path / "test" / "segments.duckdb")}
    run = told.dbt(*READ, variables=path)
    assert "test/segments.duckdb, which does not go on" in " ".join(run.stdout.split())
    assert not (temporary / "published").exists()
    assert deployed.published.read_bytes() == before
