"""File permissions: only the owner reads the files of a run, unless SEGMENTS_UMASK allows more."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from project import LEAN, Project

from customer_segmentation.privacy import keep_private
from customer_segmentation.publishing import publish


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.end_to_end
def test_only_the_owner_reads_the_files_of_a_build(built: Project) -> None:
    files = [built.warehouse]
    folders = [built.published.parent]
    for folder in (built.published.parent, *built.root.glob("target/data_docs/*")):
        inside = [path for path in folder.rglob("*") if not path.is_symlink()]
        files += [path for path in inside if path.is_file()]
        folders += [path for path in inside if path.is_dir()]
    names = {path.name for path in files}
    assert {"customer_segments.duckdb", "service_cards.duckdb", "win_back.csv"} <= names
    assert any(name.endswith(".html") for name in names)
    assert {mode(path) for path in files} == {0o600}
    assert {mode(path) for path in folders} == {0o700}


@pytest.mark.end_to_end
def test_the_group_reads_if_the_environment_allows_it(
    parsed: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = parsed.copy(tmp_path / "project")
    arguments = (*LEAN, "seed", "--select", "goals")
    monkeypatch.setenv("SEGMENTS_UMASK", "everybody")
    output = project.refused(*arguments)
    assert "SEGMENTS_UMASK is 'everybody'; expected three octal digits" in output
    project.warehouse.unlink()
    monkeypatch.setenv("SEGMENTS_UMASK", "027")
    project.done(*arguments)
    assert mode(project.warehouse) == 0o640


@pytest.mark.parametrize(
    ("umask", "file_mode", "folder_mode"), [("077", 0o600, 0o700), ("027", 0o640, 0o750)]
)
def test_database_log_and_published_file_have_the_modes_of_the_umask(
    tmp_path: Path, umask: str, file_mode: int, folder_mode: int
) -> None:
    database, published = tmp_path / "warehouse.duckdb", tmp_path / "out" / "segments.duckdb"
    with duckdb.connect(str(database)) as connection:
        assert keep_private(umask, str(database)) is None
        connection.execute("create table numbers as select 1 as number")
        publish(connection, {"numbers": connection.table("numbers")}, str(published), "")
        log = database.with_name("warehouse.duckdb.wal")
        assert {mode(path) for path in (database, log, published)} == {file_mode}
    assert {mode(published.parent), mode(published.resolve().parent)} == {folder_mode}


def test_files_of_an_older_version_become_private(tmp_path: Path) -> None:
    database, log = tmp_path / "warehouse.duckdb", tmp_path / "warehouse.duckdb.wal"
    for file in (database, log):
        file.write_text("")
        assert mode(file) == 0o644
    keep_private("077", str(database))
    assert {mode(database), mode(log)} == {0o600}


@pytest.mark.parametrize("umask", ["", "77", "0077", "088", "777"])
def test_an_invalid_umask_changes_nothing(umask: str) -> None:
    assert "expected three octal digits from 000 to 077" in (keep_private(umask, None) or "")
    assert os.umask(0o022) == 0o022
