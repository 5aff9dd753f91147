"""Builds continue the state of an older version, from a copy, or with a new database."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from project import LEAN, Project

pytestmark = pytest.mark.end_to_end

# A model that only needs the state and the lists of erased people and objections.
READ = (*LEAN, "run", "--select", "kept_rule_memberships")
KEPT = "select {} from segments_segmentation.kept_rule_memberships"


@dataclass(frozen=True)
class Deployed(Project):
    """A project with additional environment variables."""

    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.settings}


@pytest.fixture
def project(parsed: Project, tmp_path: Path) -> Project:
    """A project with only two empty lists: erased people and objections."""
    project = parsed.copy(tmp_path / "project")
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create schema segments_staging")
        connection.execute("create table segments_staging.erased_keys (key_hash varchar)")
        connection.execute("create schema segments_intermediate")
        connection.execute(
            "create table segments_intermediate.int_profiling_objections (customer_id varchar)"
        )
    return project


def write_published(project: Project, state: str = "version", version: int = 2) -> None:
    """Publishes one member of a rule segment, without some of today's columns."""
    project.published.parent.mkdir(exist_ok=True)
    is_old = state == "memory_version"
    with duckdb.connect(str(project.published)) as connection:
        connection.execute("create table run_report as from range(100000)")
    with duckdb.connect(str(project.published if is_old else project.state)) as connection:
        connection.execute(f"create table {state} as select {version} as version")
        connection.execute(
            f"create table {'memory_of_rules' if is_old else 'rule_memberships'} as select "
            "'a' as customer_id, 'loyal' as segment, date '2024-06-30' as as_of_date"
        )
        connection.execute(
            "create table drift_bins as select range as customers from range(100000)"
        )


def was_published(project: Project) -> None:
    """Lets the build database report a published run, as older versions did."""
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create schema segments_publishing")
        connection.execute("create table segments_publishing.publication as select 1 as row_count")


def state_cut_off(project: Project) -> None:
    write_published(project)
    os.truncate(project.state, project.state.stat().st_size - 1)


def garbage(project: Project) -> None:
    project.published.parent.mkdir()
    project.published.write_text("no database")


def newer_under_an_old_name(project: Project) -> None:
    write_published(project, "memory_version", version=99)


# test_published_state.py has the other kinds of damage.
DAMAGE: list[tuple[Callable[[Project], None], str]] = [
    (was_published, "is missing, which the last run published"),
    (garbage, "not a valid DuckDB database file"),
    (state_cut_off, "was cut off"),
    (newer_under_an_old_name, "a newer version of this project published"),
]


@pytest.mark.parametrize(("damage", "reason"), DAMAGE)
def test_damage_stops_a_run(
    project: Project, damage: Callable[[Project], None], reason: str
) -> None:
    damage(project)
    before = project.published.read_bytes() if project.published.is_file() else None
    output = project.refused(*READ)
    assert "published: " in output
    assert reason in " ".join(output.split())
    assert "start_history_anew: true" in output
    assert "START sql table model" not in output
    after = project.published.read_bytes() if project.published.is_file() else None
    assert after == before


def test_a_broken_history_is_given_up_on_request(project: Project) -> None:
    garbage(project)
    project.done(*READ, variables={"start_history_anew": True})
    assert project.warehouse_rows(KEPT.format("count(*)")) == [(0,)]


@pytest.mark.parametrize("version", ["version", "memory_version"])
def test_an_older_table_without_a_new_column_is_read(project: Project, version: str) -> None:
    write_published(project, version)
    project.done(*READ)
    rows = project.warehouse_rows(KEPT.format("customer_id, segment, is_member"))
    assert rows == [("a", "loyal", None)]


def test_paths_are_relative_to_the_project(project: Project, tmp_path: Path) -> None:
    write_published(project)
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
    assert project.warehouse_rows(KEPT.format("count(*)")) == [(1,)]
    assert list(elsewhere.iterdir()) == []


def test_a_copy_must_name_its_file(built: Project, parsed: Project, tmp_path: Path) -> None:
    deployed = built.copy(tmp_path / "deployed")
    before = deployed.published.read_bytes()
    temporary = parsed.copy(tmp_path / "temporary").root
    database = {"SEGMENTS_DATABASE": str(deployed.warehouse)}
    run = Deployed(temporary, database).dbt(*READ)
    assert run.returncode != 0
    assert "Does it run in a copy of the project? Set the environment variable" in " ".join(
        run.stdout.split()
    )
    assert "SEGMENTS_PUBLISHED" in run.stdout

    told = Deployed(temporary, {**database, "SEGMENTS_PUBLISHED": str(deployed.published)})
    told.done(*READ)
    remembered = deployed.state_rows("select count(*) > 0, count(*) from rule_memberships")
    assert deployed.warehouse_rows(KEPT.format("count(*) > 0, count(*)")) == remembered
    assert remembered[0][0]
    # A var overrides the environment.
    path = {"publish_path": str(tmp_path / "test" / "segments.duckdb")}
    run = told.dbt(*READ, variables=path)
    assert "test/segments.duckdb, which does not continue" in " ".join(run.stdout.split())
    assert not (temporary / "published").exists()
    assert deployed.published.read_bytes() == before
