"""What the last run published is the memory of this one."""

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from customer_segmentation.memory import days_of_landing, remembered
from customer_segmentation.publishing import publish

COLUMNS = {"customer_id": "string", "logged_on": "date", "amount": "decimal(18, 2)"}


@pytest.fixture
def session() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def recall(
    session: duckdb.DuckDBPyConnection, path: Path, *names: str, start_anew: bool = False
) -> pa.Table:
    names = names or ("log",)
    rows = remembered(session, names, COLUMNS, path=str(path), schema="", start_anew=start_anew)
    table: pa.Table = rows.to_arrow_table()
    assert table.column_names == list(COLUMNS)
    assert table.schema.types == [pa.string(), pa.date32(), pa.decimal128(18, 2)]
    return table


def test_nothing_published_is_no_rows_with_types(
    session: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "segments.duckdb"
    publish(session, {"other": session.sql("select 1 as one")}, str(path), "")
    for file in (path, tmp_path / "never.duckdb"):
        assert recall(session, file).num_rows == 0


def test_one_name_instead_of_a_list_is_an_error(session: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(TypeError, match="names is 'numbers'; expected a list of names"):
        remembered(session, "numbers", {"number": "int"}, path="nowhere.duckdb", schema="")


def test_published_rows_are_read_and_may_be_published_again(
    session: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "segments.duckdb"
    log = "select 'c' || i as customer_id, date '2024-06-30' as logged_on, "
    log += "cast(1.25 as decimal(18, 2)) as amount, 1 as not_wanted from range(5000) as t(i)"
    for _ in range(2):
        publish(session, {"log": session.sql(log)}, str(path), "")
        assert recall(session, path).num_rows == 5000


def test_a_column_that_an_older_version_lacks_is_null(
    session: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "segments.duckdb"
    old = "select 'a' as customer_id, 7 as amount"
    publish(session, {"log": session.sql(old)}, str(path), "")
    assert recall(session, path).to_pylist() == [
        {"customer_id": "a", "logged_on": None, "amount": 7}
    ]


def test_an_older_name_is_read_until_the_new_one_is_published(
    session: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "segments.duckdb"
    tables = {name: session.sql(f"select '{name}' as customer_id") for name in ("old", "new")}
    publish(session, {"old": tables["old"]}, str(path), "")
    assert recall(session, path, "new", "old")["customer_id"].to_pylist() == ["old"]
    publish(session, tables, str(path), "")
    assert recall(session, path, "new", "old")["customer_id"].to_pylist() == ["new"]


def test_an_unreadable_file_is_no_new_history_unless_asked_for(
    session: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "segments.duckdb"
    path.write_text("no database")
    with pytest.raises(ValueError, match=r"cannot be read.*start_history_anew: true"):
        recall(session, path)
    assert recall(session, path, start_anew=True).num_rows == 0


def days(*landings: str | None) -> pa.Table:
    return pa.table(
        {
            "logged_on": [date(2024, 6, 1 + number) for number in range(len(landings))],
            "segmentation": ["rfm"] * len(landings),
            "definition_version": ["v1"] * len(landings),
            "landing": pa.array(landings, pa.string()),
        }
    )


def test_the_history_of_the_same_landing_goes_on() -> None:
    assert days_of_landing(days("files", "files"), "files", start_anew=False).num_rows == 2


def test_days_without_a_landing_are_of_this_one() -> None:
    kept = days_of_landing(days(None, "files"), "files", start_anew=False)
    assert kept["landing"].to_pylist() == ["files", "files"]


def test_the_first_run_and_the_one_after_the_sample_begin_a_history() -> None:
    assert days_of_landing(days(), "files", start_anew=False).num_rows == 0
    assert days_of_landing(days("sample"), "files", start_anew=False).num_rows == 0


@pytest.mark.parametrize("landing", ["sample", "tables"])
def test_the_history_of_another_landing_is_lost_only_when_asked(landing: str) -> None:
    published = days("files", "files")
    with pytest.raises(ValueError, match=r"another landing \(files, days: 2\).*start_history_anew"):
        days_of_landing(published, landing, start_anew=False)
    assert days_of_landing(published, landing, start_anew=True).num_rows == 0
