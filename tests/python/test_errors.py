"""Errors of DuckDB and Python without data."""

import re
from pathlib import Path

import duckdb
import pytest
from dbt_common.events.contextvars import log_contextvars
from dbt_common.exceptions import DbtRuntimeError

from customer_segmentation.errors import database_error, python_error
from customer_segmentation.value.models import check_weeks
from dbt_errors_without_data import DatabaseError, database_errors_without_data

PERSON = "zzqmarker"


def failure(sql: str) -> str:
    """The message for a statement that fails."""
    connection = duckdb.connect()
    connection.execute("create table people (name varchar unique not null, age int)")
    connection.execute(f"insert into people values ('{PERSON}', 1)")
    with pytest.raises(duckdb.Error) as raised:
        connection.execute(sql).fetchall()
    return database_error(raised.value, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(name as date) from people",
        "select strptime(name, '%Y') from people",
        "select error(name) from people",
        "select regexp_matches('x', '(' || name) from people",
        "select timestamp '2024-01-01' at time zone name from people",
        "select date_trunc(name, date '2024-01-01') from people",
        "select cast(name as json) from people",
        f"insert into people values ('{PERSON}', 2)",
        f"begin; insert into people values ('{PERSON}', 2); commit",
        "create table named (name varchar); insert into named from range(2), people "
        "select name; create unique index one on named (name)",
    ],
)
def test_a_value_is_not_quoted(sql: str) -> None:
    message = failure(sql)
    assert PERSON not in message.lower()
    assert "Its text is not shown, because it can quote personal data" in message


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select nothing from people", 'Referenced column "nothing" not found'),
        ("select * from nowhere", "Table with name nowhere does not exist"),
        ("select from", "Parser Error: syntax error at end of input"),
        ("insert into people values (null, 2)", "NOT NULL constraint failed: people.name"),
        ("from read_csv('nowhere.csv')", 'No files found that match the pattern "nowhere.csv"'),
        ("select cast(name as date) from people", "failed on a value of column name."),
    ],
)
def test_errors_of_sql_are_shown(sql: str, message: str) -> None:
    assert message in failure(sql)


def test_columns_of_a_file_without_a_header_are_not_quoted(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{PERSON},1\n{PERSON},2\n")
    message = failure(f"select nothing from read_csv('{file}', header = true, all_varchar = true)")
    assert 'Referenced column "nothing" not found' in message
    assert PERSON not in message


def test_columns_of_a_view_of_such_a_file_are_not_quoted(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,age\nann,1\n")
    create = f"create view ages as from read_csv('{file}', header = true, all_varchar = true)"
    connection = duckdb.connect()
    connection.execute(create)
    file.write_text(f"{PERSON},1,x\n{PERSON},2,x\n")
    sql = "select name from ages"
    with pytest.raises(duckdb.Error) as raised:
        connection.execute(sql).fetchall()
    assert PERSON in str(raised.value)
    assert PERSON not in database_error(raised.value, sql)


def test_a_row_is_not_shown_as_a_file_name(tmp_path: Path) -> None:
    file = tmp_path / "it's people.csv"
    text = f'"{PERSON}\n  file = /home/{PERSON}\n"'
    lines = ["name,age\n", '"quoted",1\n', *["plain,1\n"] * 30000, f"{text},1,1,1\n"]
    file.write_text("".join(lines))
    literal = str(file).replace("'", "''")
    message = failure(f"from read_csv('{literal}', header = true, all_varchar = true)")
    assert message.startswith(f"{file} cannot be read: line ")
    assert PERSON not in message


def in_python(fail: object, *arguments: object) -> str:
    assert callable(fail)
    with pytest.raises(Exception) as raised:
        fail(*arguments)
    return python_error(raised.value)


def test_a_python_error_shows_its_place_without_text(tmp_path: Path) -> None:
    ages: dict[str, int] = {}
    message = in_python(lambda: ages[PERSON + "1"])
    assert message.startswith("Python model failed:")
    assert "test_errors.py" in message
    assert message.endswith("KeyError (its text is not shown, because it can quote personal data)")


def test_our_python_errors_are_shown() -> None:
    assert in_python(check_weeks, -1.0).endswith("ValueError: weeks must be at least 0")
    # The same error in the same place, but not raised by our code.
    assert "its text is not shown" in in_python(check_weeks, PERSON)


def test_the_cause_of_a_python_error_is_not_quoted() -> None:
    def fail() -> None:
        try:
            duckdb.sql(f"select cast('{PERSON}' || 1 as int)").fetchall()
        except duckdb.Error as error:
            raise RuntimeError(str(error)) from error

    message = in_python(fail)
    texts = re.sub(r"(?m)^    .*$", "", message)
    assert "ConversionException: the database failed" in texts
    assert "which led to" in texts
    assert PERSON not in texts


def test_only_errors_of_this_project_are_rewritten() -> None:
    def fail(unique_id: str) -> None:
        with (
            log_contextvars(node_info={"unique_id": unique_id}),
            database_errors_without_data("select 1", DatabaseError),
        ):
            duckdb.sql(f"select cast('{PERSON}' as int)").fetchall()

    with pytest.raises(duckdb.ConversionException, match=PERSON):
        fail("model.another_project.people")
    with pytest.raises(DatabaseError) as raised:
        fail("model.customer_segmentation.people")
    assert PERSON not in str(raised.value)


def test_only_dbt_errors_that_repeat_the_database_are_replaced() -> None:
    def fail(error: Exception, cause: Exception | None) -> None:
        with (
            log_contextvars(node_info={"unique_id": "model.customer_segmentation.people"}),
            database_errors_without_data("select 1", DatabaseError),
        ):
            raise error from cause

    with pytest.raises(DbtRuntimeError, match="a rule of ours"):
        fail(DbtRuntimeError("a rule of ours"), None)
    with pytest.raises(DatabaseError) as raised:
        fail(DbtRuntimeError(PERSON), RuntimeError(PERSON))
    assert PERSON not in str(raised.value)
