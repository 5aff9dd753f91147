"""A gate returns one row per check, in order, without personal data, for any data."""

# Great Expectations re-exports its names implicitly.
# mypy: disable-error-code="attr-defined"

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import sqlalchemy as sa
from duckdb import DuckDBPyConnection as Connection
from great_expectations.expectations import core as gxe
from great_expectations.expectations.metadata_types import FailureSeverity

from customer_segmentation.gates import duckdb_dialect
from customer_segmentation.gates.results import EXAMPLES, SCHEMA
from customer_segmentation.gates.runner import Suite, run_gate


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "odd name.duckdb"


@pytest.fixture
def connection(database: Path) -> Iterator[Connection]:
    with duckdb.connect(database) as connection:
        connection.execute("""
            create schema "Odd Schema";
            create view "Odd Schema".people as
            select
                'c-' || row as contact_id, 'name' || row || '@secret.example' as email, row as age,
                case when row % 10 <> 0 then 'x' end as country
            from range(100) rows (row)
        """)
        yield connection


WARNING = FailureSeverity.WARNING
RELATION = 'from "odd name"."Odd Schema".people'
NOT_NULL = gxe.ExpectColumnValuesToNotBeNull(column="country", description="it is given")


def run(
    connection: Connection, *expectations: Any, docs: Path | None = None
) -> list[dict[str, Any]]:
    suite = Suite("people", ("contact_id",), expectations)
    table = run_gate(connection, "gate_test", [suite], {"people": RELATION}, "run-1", docs)
    return list(table.to_pylist())


def test_a_result_has_the_columns_of_the_gate_model(connection: Connection) -> None:
    suite = Suite("people", ("contact_id",), (NOT_NULL,))
    table = run_gate(
        connection, "gate_test", [suite], {"people": RELATION}, run_id="run-1", run_number=7
    )
    assert isinstance(table, pa.Table)
    assert table.schema == SCHEMA
    assert table.to_pylist() == [
        {
            "run_id": "run-1",
            "run_number": 7,
            "gate": "gate_test",
            "table_name": "people",
            "column_name": "country",
            "expectation": "expect_column_values_to_not_be_null",
            "severity": "critical",
            "passed": False,
            "observed": "10 of 100 rows (10.0%)",
            "unexpected_count": 10,
            "unexpected_share": 0.1,
            "examples": "c-0, c-10, c-20, c-30, c-40",
            "message": "people.country: it is given; 10 of 100 rows (10.0%) break it.",
        }
    ]


def test_examples_are_keys_and_few(connection: Connection) -> None:
    (result,) = run(connection, gxe.ExpectColumnValuesToBeBetween(column="age", max_value=-1))
    examples = result["examples"].split(", ")
    assert len(examples) == EXAMPLES
    assert all(example.startswith("c-") for example in examples)


def test_composite_keys_show_as_one_example(connection: Connection) -> None:
    expectation = gxe.ExpectColumnValuesToBeBetween(column="age", min_value=2)
    suite = Suite("people", ("contact_id", "age"), (expectation,))
    table = run_gate(connection, "gate_test", [suite], {"people": RELATION}, "run-1")
    assert table["examples"].to_pylist() == ["c-0/0, c-1/1"]


def test_results_keep_the_order_of_the_suite(connection: Connection) -> None:
    results = run(
        connection,
        gxe.ExpectColumnMeanToBeBetween(column="missing", min_value=0),
        gxe.ExpectTableRowCountToBeBetween(min_value=1),
        gxe.ExpectColumnMeanToBeBetween(column="age", min_value=0),
        NOT_NULL,
    )
    assert [result["column_name"] for result in results] == ["missing", None, "age", "country"]


def test_a_check_that_raises_is_critical(connection: Connection) -> None:
    results = run(
        connection,
        gxe.ExpectColumnMeanToBeBetween(column="email", min_value=0, severity=WARNING),
        gxe.ExpectColumnMeanToBeBetween(column="missing", min_value=0, severity=WARNING),
        gxe.ExpectColumnMeanToBeBetween(column="age", min_value=0, max_value=100),
    )
    assert [(result["passed"], result["severity"]) for result in results] == [
        (False, "critical"),
        (False, "critical"),
        (True, "critical"),
    ]
    assert "could not run (BinderException: Binder Error: No function" in results[0]["message"]
    assert results[1]["message"].endswith('could not run (The column "missing" does not exist).')


def test_an_unreadable_table_is_critical(connection: Connection) -> None:
    suite = Suite("people", ("contact_id",), (NOT_NULL,))
    table = run_gate(connection, "gate_test", [suite], {"people": "main.nowhere"}, "run-1")
    (result,) = table.to_pylist()
    assert (result["expectation"], result["severity"], result["passed"]) == (
        "readable",
        "critical",
        False,
    )
    assert result["message"] == "people: cannot be read (TestConnectionError)."


def test_a_table_that_is_not_supplied_is_not_read(connection: Connection) -> None:
    suite = Suite("leads", ("lead_id",), (NOT_NULL,), is_supplied=False)
    (result,) = run_gate(connection, "gate_test", [suite], {}, "run-1").to_pylist()
    assert (result["expectation"], result["severity"], result["passed"]) == (
        "not_supplied",
        "warning",
        True,
    )
    assert result["message"] == "leads: not supplied, nothing to check."


def test_an_optional_aggregate_passes_without_values(connection: Connection) -> None:
    connection.execute('create view "Odd Schema".nobody as from "Odd Schema".people limit 0')
    suite = Suite(
        "nobody",
        ("contact_id",),
        (
            gxe.ExpectColumnMeanToBeBetween(column="age", min_value=0),
            gxe.ExpectColumnMeanToBeBetween(column="age", min_value=0, meta={"optional": True}),
        ),
    )
    relations = {"nobody": 'from "odd name"."Odd Schema".nobody'}
    table = run_gate(connection, "gate_test", [suite], relations, "run-1")
    assert table["passed"].to_pylist() == [False, True]


# Each expectation has values of the column in its result or in its error message.
REVEALING = [
    gxe.ExpectColumnValuesToBeInSet(column="email", value_set=["nobody"]),
    gxe.ExpectColumnValuesToMatchRegex(column="email", regex="^nothing$"),
    gxe.ExpectColumnDistinctValuesToBeInSet(column="email", value_set=["nobody"]),
    gxe.ExpectColumnDistinctValuesToContainSet(column="email", value_set=["nobody"]),
    gxe.ExpectColumnMostCommonValueToBeInSet(column="email", value_set=["nobody"]),
    gxe.ExpectColumnMaxToBeBetween(column="email", max_value=1),
    gxe.ExpectColumnPairValuesToBeEqual(column_A="email", column_B="contact_id"),
    gxe.ExpectCompoundColumnsToBeUnique(column_list=["country", "country"]),
    gxe.UnexpectedRowsExpectation(unexpected_rows_query="select email from {batch}"),
    gxe.UnexpectedRowsExpectation(unexpected_rows_query="select cast(email as int) from {batch}"),
]


def test_personal_data_are_never_shown(
    connection: Connection,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    results = run(connection, *REVEALING, docs=tmp_path)
    assert [result["expectation"] for result in results if result["passed"]] == []
    page = (tmp_path / "run-1" / "gate_test.html").read_text()
    printed = "".join(capfd.readouterr())
    for text in (str(results), page, printed, caplog.text):
        assert "secret.example" not in text
    assert printed == ""


def test_the_page_has_every_message_alone(connection: Connection, tmp_path: Path) -> None:
    odd_rule = NOT_NULL.copy(update={"description": "<b>it</b> & that"})
    results = run(connection, odd_rule, docs=tmp_path)
    page = (tmp_path / "run-1" / "gate_test.html").read_text()
    assert "&lt;b&gt;it&lt;/b&gt; &amp; that; 10 of 100 rows" in page
    assert results[0]["examples"] in page
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page


def test_results_of_two_runs_are_kept(connection: Connection, tmp_path: Path) -> None:
    suite = Suite("people", ("contact_id",), (NOT_NULL,))
    tables = [
        run_gate(connection, "gate_test", [suite], {"people": RELATION}, run_id, tmp_path)
        for run_id in ("run-1", "run-2", "run-2")
    ]
    assert [table["run_id"].to_pylist() for table in tables] == [["run-1"], ["run-2"], ["run-2"]]
    assert sorted(page.parent.name for page in tmp_path.glob("*/gate_test.html")) == [
        "run-1",
        "run-2",
    ]


def test_running_a_suite_does_not_change_it(connection: Connection) -> None:
    assert run(connection, NOT_NULL) == run(connection, NOT_NULL)
    assert NOT_NULL.meta is None


def test_the_connection_of_dbt_is_unchanged(connection: Connection) -> None:
    connection.execute("begin")
    connection.execute("create table pending as select 1 as one")
    run(connection, NOT_NULL)
    connection.execute("rollback")
    assert connection.execute("select current_schema()").fetchall() == [("main",)]
    assert connection.execute("select * from duckdb_tables()").fetchall() == []


def test_the_database_is_closed_with_dbt(connection: Connection, database: Path) -> None:
    run(connection, NOT_NULL)
    connection.close()
    write = f"import duckdb; duckdb.connect({str(database)!r}).execute('create table t (x int)')"
    subprocess.run([sys.executable, "-c", write], check=True, timeout=30)


def test_great_expectations_sends_nothing() -> None:
    code = (
        "import customer_segmentation.gates.runner as runner, os; "
        "assert os.environ['GX_ANALYTICS_ENABLED'] == 'false'; "
        "assert runner._context().config.analytics_enabled is False"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def engine_of(connection: Connection, query: str = "select 1") -> sa.Engine:
    creator = duckdb_dialect.creator(connection, query)
    return sa.create_engine(duckdb_dialect.CONNECTION_STRING, creator=creator)


def test_cursors_of_one_connection_do_not_share_a_result() -> None:
    with duckdb.connect() as connection:
        with engine_of(connection).connect() as session:
            first = session.execute(sa.text("select * from range(3)"))
            second = session.execute(sa.text("select * from range(10, 12)"))
        # After the SQLAlchemy connection is returned, as in Great Expectations.
        assert first.fetchone() == (0,)
        assert second.fetchall() == [(10,), (11,)]
        assert first.fetchmany(1) == [(1,)]
        assert first.fetchall() == [(2,)]


@pytest.mark.parametrize("prices", [("0.1", "0.2", "0.3"), ("0.3", "0.2", "0.1")])
def test_the_mean_of_amounts_is_exact_in_any_order(prices: tuple[str, ...]) -> None:
    """As doubles, the sum is 0.6000000000000001 in one order and 0.6 in the other."""
    rows = ", ".join(f"({price}::decimal(18, 2))" for price in prices)
    products = sa.table("products", sa.column("price"))
    with duckdb.connect() as connection:
        connection.execute(f"create table products as from (values {rows}) products (price)")
        with engine_of(connection).connect() as session:
            # The expression of Great Expectations.
            mean = session.execute(sa.select(sa.func.avg(1.0 * products.c.price))).scalar()
    assert mean == 0.2


def test_columns_are_reflected_with_their_types() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema other; create table other.t (a varchar not null, b decimal(18, 2), "
            "c timestamptz, d integer[]); create table t (wrong int)"
        )
        engine = engine_of(connection, "from other.t")
        columns = sa.inspect(engine).get_columns(duckdb_dialect.VIEW)
        described = [(column["name"], repr(column["type"])) for column in columns]
        with pytest.raises(sa.exc.NoSuchTableError):
            sa.inspect(engine).get_columns("nowhere")
    assert described == [
        ("a", "VARCHAR()"),
        ("b", "DECIMAL(precision=18, scale=2)"),
        ("c", "TIMESTAMP(timezone=True)"),
        ("d", "NullType()"),
    ]


@pytest.mark.parametrize(
    ("operator", "matches"), [("~", ["abc"]), ("~*", ["abc", "xB"]), ("!~", ["xB"]), ("!~*", [])]
)
def test_regular_expressions_match_as_in_postgresql(operator: str, matches: list[str]) -> None:
    words = sa.table("words", sa.column("word"))
    with duckdb.connect() as connection:
        connection.execute("create table words as from (values ('abc'), ('xB')) words (word)")
        with engine_of(connection).connect() as session:
            query = sa.select(words.c.word).where(words.c.word.op(operator)("b"))
            assert [row[0] for row in session.execute(query)] == matches
