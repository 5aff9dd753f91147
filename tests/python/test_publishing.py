"""Publication on DuckDB: a file of tables, with exports beside it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pyarrow as pa
import pytest
from dbt_common.invocation import get_invocation_id
from duckdb import DuckDBPyConnection as Connection
from pyarrow import csv, parquet

from customer_segmentation.exporting import Exports
from customer_segmentation.publishing import publish
from customer_segmentation.state import state_file


@pytest.fixture
def session() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        connection.execute("create table numbers as select 1 as number")
        connection.execute("create table lists as from (values ('a'), ('b'), ('empty')) t(list)")
        connection.execute(
            "create table members as from (values ('b', 'Bo, \"x\"', null), ('a', 'Cy', 'de'), "
            "('a', 'Ann', 'en'), ('a', 'Ann', null)) t(list, name, language)"
        )
        yield connection


def exports(session: Connection) -> Exports:
    return Exports("lists", session.table("members"), session.table("lists"), "list")


def publish_number(session: Connection, path: Path, with_exports: bool) -> pa.Table:
    return publish(
        session,
        {"numbers": session.table("numbers")},
        path=str(path),
        schema="",
        exports=exports(session) if with_exports else None,
        as_of=session.sql("select date '2024-06-30' as as_of_date"),
    )


def test_every_list_has_three_private_files(session: Connection, tmp_path: Path) -> None:
    path = tmp_path / "out" / "numbers.duckdb"
    counts = publish_number(session, path, True)
    counted = {"table_name": "numbers", "row_count": 1}
    place = {"published_to": str(path), "built_in": None}
    run = {"run_id": get_invocation_id(), "as_of_date": dt.date(2024, 6, 30)}
    assert counts.to_pylist() == [{**counted, **place, **run}]
    files = sorted((path.parent / "lists").iterdir())
    assert [file.name for file in files] == [
        f"{name}.{kind}" for name in ("a", "b", "empty") for kind in ("csv", "parquet", "xlsx")
    ]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert {(path.parent / "lists").stat().st_mode & 0o777} == {0o700}
    rows = [("a", "Ann", "en"), ("a", "Ann", None), ("a", "Cy", "de")]
    for table in (parquet.read_table(files[1]), csv.read_csv(files[0])):
        found = [tuple(value or None for value in row.values()) for row in table.to_pylist()]
        assert found == rows
    assert files[3].read_text(encoding="utf-8") == '"list","name","language"\n"b","Bo, ""x""",\n'
    assert files[6].read_text(encoding="utf-8") == '"list","name","language"\n'
    assert parquet.read_table(files[7]).num_rows == 0
    assert parquet.read_table(files[7]).schema.equals(parquet.read_table(files[1]).schema)


def test_without_exports_one_file_is_published(session: Connection, tmp_path: Path) -> None:
    publish_number(session, tmp_path / "numbers.duckdb", False)
    visible = [path.name for path in tmp_path.iterdir() if path.name[0] != "."]
    assert visible == ["numbers.duckdb"]


def test_a_failed_export_changes_nothing(session: Connection, tmp_path: Path) -> None:
    path = tmp_path / "numbers.duckdb"
    publish_number(session, path, True)
    files = [path, *(tmp_path / "lists").iterdir()]
    before = [file.read_bytes() for file in files]
    listing = sorted(tmp_path.iterdir())
    session.execute("update numbers set number = 2")
    session.execute("insert into lists values ('../secret')")
    with pytest.raises(ValueError, match="not a valid file name"):
        publish_number(session, path, True)
    assert [file.read_bytes() for file in files] == before
    assert sorted(tmp_path.iterdir()) == listing


def test_an_overtaken_run_is_not_published(session: Connection, tmp_path: Path) -> None:
    path = str(tmp_path / "numbers.duckdb")
    relations = {"numbers": session.table("numbers")}
    publish(session, relations, path, "", state={})
    session.execute(f"attach '{state_file(path)}' as last_run (read_only)")
    with duckdb.connect() as other:
        with pytest.raises(ValueError, match="another run published it"):
            publish(other, {"numbers": other.sql("select 2 as number")}, path, "", state={})
        other.execute(f"attach '{state_file(path)}' as last_run (read_only)")
        publish(other, {"numbers": other.sql("select 2 as number")}, path, "", state={})
    published = state_file(path)
    with pytest.raises(ValueError, match="another run published it"):
        publish(session, relations, path, "", state={})
    assert state_file(path) == published
    # A run that reads the published state goes on from it.
    session.execute(f"detach last_run; attach '{published}' as last_run (read_only)")
    publish(session, relations, path, "", state={})


def test_the_project_may_be_below_the_working_directory(
    session: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    flags = SimpleNamespace(PROJECT_DIR="project")
    monkeypatch.setattr("customer_segmentation.paths.get_flags", lambda: flags)
    relations = {"numbers": session.table("numbers")}
    publish(session, relations, "published/numbers.duckdb", "", state={})
    state = state_file("published/numbers.duckdb")
    assert state
    assert Path(state).is_relative_to(tmp_path / "project" / "published")
    session.execute(f"attach '{state}' as last_run (read_only)")
    publish(session, relations, "published/numbers.duckdb", "", state={})
