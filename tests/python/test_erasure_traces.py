"""Traces of erased people outside of tables are removed."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from customer_segmentation.erasure.traces import clear_traces, overwrite_free_blocks
from customer_segmentation.relations import return_freed_memory
from customer_segmentation.switching import replaced_together

NAMES = [f"name.of.somebody.{number}@shop.example" for number in range(2000)]


def left(database: Path) -> int:
    content = database.read_bytes()
    return sum(name.encode() in content for name in NAMES)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database that held all people, and from which one was deleted."""
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path), config={"storage_compatibility_version": "v1.0.0"}) as session:
        # Otherwise, a third of such databases has names in the gaps of used blocks.
        return_freed_memory(session)
        session.register("names", pa.table({"name": NAMES}))
        session.execute("create table before as select name, range as n from names, range(100)")
        session.execute("checkpoint")
        session.execute("create table after as select n, md5(name) as other from before")
        session.execute("drop table before")
    assert left(path) > 1000
    return path


def test_free_blocks_are_overwritten(database: Path) -> None:
    with duckdb.connect(str(database)) as session:
        rows = session.execute("select count(*), sum(n) from after").fetchall()
        # A killed run leaves its tables.
        for table in ("overwritten_numbers", "overwritten_columns"):
            session.execute(f"create table {table} as select 1 as number")
        session.execute("begin")
        overwrite_free_blocks(session)
        session.execute("commit")
        assert session.execute("select count(*), sum(n) from after").fetchall() == rows
        assert session.execute("select table_name from duckdb_tables()").fetchall() == [("after",)]
    assert left(database) == 0


def test_metadata_of_dropped_tables_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "build.duckdb"
    # The minimum and maximum of a text column keep its first eight characters.
    keys = [f"KEY{number:04}" for number in range(100)]
    with duckdb.connect(str(path)) as session:
        session.execute("create table kept as select 'another' as key")
        for key in keys:
            session.execute(f"create table t{key} as select '{key}' as key from range(10)")
        session.execute("checkpoint")
        for key in keys:
            session.execute(f"drop table t{key}")
        session.execute("checkpoint")
    before = path.read_bytes()
    assert sum(key.encode() in before for key in keys) > 50
    with duckdb.connect(str(path)) as session:
        overwrite_free_blocks(session)
    after = path.read_bytes()
    assert not [key for key in keys if key.encode() in after]


def test_traces_are_cleared_when_new_people_are_erased(database: Path, tmp_path: Path) -> None:
    docs, cards = tmp_path / "docs", tmp_path / "cards.duckdb"

    def runs_kept() -> int:
        return len(list(tmp_path.glob(".cards.duckdb.run-*")))

    def clear(hashes: list[str], last: dict[str, object] | None) -> list[dict[str, object]]:
        for run in ("earlier", "this"):
            (docs / run).mkdir(parents=True, exist_ok=True)
            with replaced_together(tmp_path, [cards.name]) as folder:
                (folder / cards.name).write_text(run)
        with duckdb.connect(str(database)) as session:
            erased = session.from_arrow(pa.table({"key_hash": pa.array(hashes, pa.string())}))
            rows: list[dict[str, object]] = clear_traces(
                session, erased, last, docs, "this", [cards]
            ).to_pylist()
        return rows

    # Without requests nothing is cleared.
    assert clear([], None) == []
    assert (docs / "earlier").exists()
    assert left(database) > 1000
    assert runs_kept() == 2

    [first] = clear(["b", "a"], None)
    assert first["clearing_no"] == 1
    assert [folder.name for folder in docs.iterdir()] == ["this"]
    assert left(database) == 0
    assert runs_kept() == 1

    # The same people, in another order.
    assert clear(["a", "b"], first) == []
    assert (docs / "earlier").exists()
    assert runs_kept() == 3

    [second] = clear(["a"], first)
    assert second["clearing_no"] == 2
    assert not (docs / "earlier").exists()
    assert runs_kept() == 1
    # Without the requests, a clearing is recorded, so that new requests clear again.
    [third] = clear([], second)
    assert third == {"clearing_no": 3, "fingerprint": ""}
    assert clear(["a"], third) == [{**second, "clearing_no": 4}]
