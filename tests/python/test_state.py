"""The state of the last run, as the source ``state`` shows it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from customer_segmentation.publishing import publish
from customer_segmentation.state import (
    STATE_VERSION,
    other_landing_problem,
    state_file,
    state_path,
    state_queries,
)

TABLES = {
    "segment_history": {
        **dict.fromkeys(("customer_id", "segmentation", "segment"), "string"),
        **dict.fromkeys(("valid_from", "valid_to"), "date"),
        **dict.fromkeys(("entered_because", "left_because"), "string"),
    },
    "erased_memberships": {"segment": "string", "customers": "bigint"},
    "frozen_cut_points": {"cut_version": "string", "threshold": "decimal(18, 2)"},
}
TYPES = {
    "segment_history": [*["VARCHAR"] * 3, "DATE", "DATE", "VARCHAR", "VARCHAR"],
    "erased_memberships": ["VARCHAR", "BIGINT"],
    "frozen_cut_points": ["VARCHAR", "DECIMAL(18,2)"],
}


# The log of versions 1 and 2, and its stays. The first day of rfm is May 1, that of home May 8.
LOG = """
    select *, 'v1' as definition_version
    from (values
        ('a', 'rfm', 'new', date '2024-05-01', 'enter', 'data'),
        ('a', 'rfm', 'new', date '2024-05-08', 'exit', 'cut_point'),
        ('a', 'rfm', 'lost', date '2024-05-08', 'enter', 'cut_point'),
        ('a', 'rfm', 'lost', date '2024-05-09', 'exit', 'data'),
        ('a', 'rfm', 'new', date '2024-05-09', 'enter', 'data'),
        ('b', 'rfm', 'new', date '2024-05-08', 'enter', 'behaviour'),
        ('b', 'home', 'owned', date '2024-05-08', 'enter', 'data'),
        ('b', 'home', 'owned', date '2024-05-09', 'exit', 'identity'),
        ('b', 'home', 'owned', date '2024-05-09', 'enter', 'objection')
    ) as log (customer_id, segmentation, segment, logged_on, change, cause)
"""
STAYS = [
    ("a", "rfm", "lost", date(2024, 5, 8), date(2024, 5, 9), "cut_point", "data"),
    ("a", "rfm", "new", date(2024, 5, 1), date(2024, 5, 8), None, "cut_point"),
    ("a", "rfm", "new", date(2024, 5, 9), None, "data", None),
    ("b", "home", "owned", date(2024, 5, 8), date(2024, 5, 9), None, "identity"),
    ("b", "home", "owned", date(2024, 5, 9), None, "objection", None),
    ("b", "rfm", "new", date(2024, 5, 8), None, "behaviour", None),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "segments.duckdb"


def write(file: Path, **tables: str) -> None:
    with duckdb.connect(str(file)) as connection:
        for name, query in tables.items():
            connection.execute(f"create table {name} as {query}")


def remembered(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the source, read by the macros ``read_state`` and ``open_state``."""
    with duckdb.connect() as session:
        found: dict[str, list[str]] = {}
        file = state_file(str(path))
        if file:
            session.execute(f"attach '{file}' as last_run (read_only)")
            for table, column in session.execute(
                "select table_name, column_name from duckdb_columns() "
                "where database_name = 'last_run'"
            ).fetchall():
                found.setdefault(table, []).append(column)
        rows = {}
        for name, query in state_queries(TABLES, "last_run", found).items():
            result = session.execute(query)
            assert [column[0] for column in result.description] == list(TABLES[name])
            assert [str(column[1]) for column in result.description] == TYPES[name]
            rows[name] = result.fetchall()
        return rows


NOTHING: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}


def test_without_a_last_run_every_table_is_empty(path: Path) -> None:
    assert remembered(path) == NOTHING


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_text("no database"), lambda path: path.mkdir()]
)
def test_an_unreadable_state_is_empty(path: Path, damage: Callable[[Path], object]) -> None:
    """publication_problem stops the run earlier, unless the history is given up."""
    damage(path)
    assert remembered(path) == NOTHING


def test_a_run_reads_the_state_of_the_last_run(path: Path) -> None:
    session = duckdb.connect()
    stays = "select 'c' || i as customer_id, date '2024-06-30' as valid_from, 1 as more "
    stays += "from range(9) as numbers (i)"
    for _ in range(2):
        state = {"segment_history": session.sql(stays)}
        publish(session, {"run_report": session.sql("select 1")}, str(path), "", state=state)
        assert len(remembered(path)["segment_history"]) == 9
        session.execute(f"attach '{state_file(str(path))}' as last_run (read_only)")
    assert state_file(str(path)) == str(path.with_name("segments_state.duckdb").resolve())


def test_publication_detaches_the_last_state(path: Path) -> None:
    write(path.with_name("segments_state.duckdb"), version="select 2 as version")
    session = duckdb.connect()
    session.execute(f"attach '{state_file(str(path))}' as last_run (read_only)")
    publish(session, {"run_report": session.sql("select 1")}, str(path), "", state={})
    attached = session.execute("select database_name from duckdb_databases()").fetchall()
    assert ("last_run",) not in attached
    with duckdb.connect(state_file(str(path)) or "") as connection:
        versions = connection.execute("from version").fetchall()
    assert versions == [(STATE_VERSION,)]


def test_a_column_that_an_older_version_lacked_is_null(path: Path) -> None:
    state = state_path(path)
    write(state, version="select 3 as version", segment_history="select 7 as customer_id")
    assert remembered(path) == {**NOTHING, "segment_history": [("7", *[None] * 6)]}


def test_the_log_of_version_2_is_read_as_stays(path: Path) -> None:
    write(state_path(path), version="select 2 as version", segment_changes=LOG)
    rows = remembered(path)
    assert sorted(rows.pop("segment_history"), key=str) == STAYS
    assert rows == {name: [] for name in rows}
    write(state_path(path), segment_history="select 7 as customer_id")
    assert remembered(path)["segment_history"] == [("7", *[None] * 6)]


def test_version_1_is_read_under_its_old_names(path: Path) -> None:
    write(
        path,
        memory_version="select 1 as version",
        fct_segment_changes=LOG,
        agg_segment_migration="select * from (values ('new', 'erased', 3), ('new', 'left', 4)) "
        "as moves (from_segment, to_segment, customers)",
        memory_of_frozen_cut_points="select 'v1' as cut_version, 30 as threshold",
        rfm_cut_points="select 'frozen' as score_method, 31 as threshold",
    )
    rows = remembered(path)
    assert sorted(rows["segment_history"], key=str) == STAYS
    assert rows["erased_memberships"] == [("new", 3)]
    assert [cut_version for cut_version, _ in rows["frozen_cut_points"]] == ["v1"]
    # A state beside the file has priority, even without the table.
    write(state_path(path), version="select 2 as version")
    assert remembered(path) == NOTHING


def test_published_tables_without_their_state_are_not_read(path: Path) -> None:
    """publication_problem stops the run earlier, unless the history is given up."""
    write(path, fct_segment_changes=LOG)
    assert remembered(path) == NOTHING


def test_old_published_cut_points_are_read_as_frozen(path: Path) -> None:
    write(
        path,
        memory_of_rules="select 'a' as customer_id",
        rfm_cut_points="select * from (values ('frozen', 31), ('fixed', 9)) "
        "as cut_points (score_method, threshold)",
    )
    assert [
        (version, int(threshold)) for version, threshold in remembered(path)["frozen_cut_points"]
    ] == [(None, 31)]


def test_the_first_run_begins_a_history() -> None:
    assert other_landing_problem([], 0, "files", start_anew=False) is None
    assert other_landing_problem(["sample"], 1, "files", start_anew=False) is None


@pytest.mark.parametrize("landing", ["sample", "tables"])
def test_another_landing_needs_a_request_to_start_anew(landing: str) -> None:
    problem = other_landing_problem(["files"], 2, landing, start_anew=False) or ""
    assert "another landing (files, days: 2)" in problem
    assert "start_history_anew: true" in problem
    assert other_landing_problem(["files"], 2, landing, start_anew=True) is None
