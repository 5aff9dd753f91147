"""Every expectation of every suite has the same result on DuckDB, by our dialect, and on pandas."""

# Great Expectations re-exports its names implicitly.
# mypy: disable-error-code="attr-defined"

from collections.abc import Iterator
from functools import partial

import duckdb
import pandas as pd
import pytest
from duckdb import DuckDBPyConnection as Connection
from gates_data import (
    AS_OF,
    BACK_TEST,
    COVERAGE,
    DRIFT,
    PROFILES,
    PROJECT,
    column_types,
    create_table,
    landing_table,
    row_counts,
)
from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.core import ExpectColumnValuesToMatchRegex

from customer_segmentation.gates.contract import load_contract
from customer_segmentation.gates.engines import duckdb_batch
from customer_segmentation.gates.results import CheckResult
from customer_segmentation.gates.runner import Suite, run_suite
from customer_segmentation.gates.suites import landing_suites, publish_suites

CONTRACT = load_contract(PROJECT)
TYPES = column_types()
ROWS = 60
# expectation type -> the outcomes seen in comparisons
SEEN: dict[str, set[bool]] = {}


@pytest.fixture
def connection() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        yield connection


def pandas_batch(context: AbstractDataContext, name: str, frame: pd.DataFrame) -> Batch:
    """The reference: Great Expectations on DataFrames."""
    asset = context.data_sources.add_pandas(name).add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("all rows").get_batch({"dataframe": frame})


def compare(connection: Connection, suites: list[Suite]) -> list[CheckResult]:
    """The results of all suites, which must be the same on both engines."""
    results = []
    for suite in suites:
        name = f"staging.{suite.table}"
        found = run_suite(
            partial(duckdb_batch, connection), suite, {suite.table: f"from {name}"}, "DuckDB"
        )
        frame = connection.execute(f"select * from {name}").df()
        assert found == run_suite(pandas_batch, suite, {suite.table: frame}, "pandas")
        results += found
    for result in results:
        SEEN.setdefault(result.expectation, set()).add(result.passed)
        assert "could not run" not in result.message
    return results


def store(connection: Connection, table: str, rows: pd.DataFrame) -> None:
    connection.register("stored", rows)
    connection.execute(f"create table staging.{table} as select * from stored")


def suites_of(connection: Connection, table: str, quarantined_share: float) -> list[Suite]:
    domain = CONTRACT[table].domain
    counts = row_counts(connection, {table: domain}, quarantined_share=quarantined_share)
    store(connection, "landing_row_counts", pd.DataFrame(counts))
    return landing_suites(domain, {table: CONTRACT[table]}, counts, AS_OF, 30)


def failures(results: list[CheckResult]) -> list[tuple[str, str | None]]:
    return [(result.expectation, result.column_name) for result in results if not result.passed]


@pytest.mark.parametrize("table", sorted(CONTRACT))
def test_good_landing_rows_pass_on_both(connection: Connection, table: str) -> None:
    frame = landing_table(TYPES[table], ROWS, seed=1, is_dirty=False)
    create_table(connection, f"staging.{table}", TYPES[table], frame)
    assert failures(compare(connection, suites_of(connection, table, 0.01))) == []


@pytest.mark.parametrize("table", sorted(CONTRACT))
def test_dirty_landing_rows_fail_alike_on_both(connection: Connection, table: str) -> None:
    frame = landing_table(TYPES[table], ROWS, seed=2, is_dirty=True)
    create_table(connection, f"staging.{table}", TYPES[table], frame)
    results = compare(connection, suites_of(connection, table, 0.2))
    assert ("expect_column_max_to_be_between", "quarantined_share") in failures(results)


def test_a_missing_column_fails_alike_on_both(connection: Connection) -> None:
    types = {name: kind for name, kind in TYPES["refunds"].items() if name != "shipping_amount"}
    frame = landing_table(types, ROWS, seed=1, is_dirty=False)
    create_table(connection, "staging.refunds", types, frame)
    (found,) = [
        result
        for result in compare(connection, suites_of(connection, "refunds", 0.0))
        if not result.passed
    ]
    assert found.severity == "critical"
    assert (
        found.message == "refunds: staging differs from the contract (missing shipping_amount): "
        "a fault of the project, not of the data."
    )


# Not orders: the maximum of no timestamps is NaT in pandas, but null in SQL.
@pytest.mark.parametrize("table", ["leads", "order_lines", "products"])
def test_an_empty_table_only_fails_the_row_count(connection: Connection, table: str) -> None:
    frame = landing_table(TYPES[table], rows=0, seed=1, is_dirty=False)
    create_table(connection, f"staging.{table}", TYPES[table], frame)
    results = compare(connection, suites_of(connection, table, 0.0))
    assert failures(results) == [("expect_table_row_count_to_be_between", None)]


@pytest.mark.parametrize(
    ("column", "value", "failing_columns"),
    [
        (None, None, None),
        ("customers_assigned", 99, "customers_assigned, customers_expected"),
        ("rows_assigned", 101, "rows_assigned, customers_expected"),
        ("max_weight_error", 2e-6, "max_weight_error"),
        ("primary_errors", 1, "primary_errors"),
        ("unknown_segments", 1, "unknown_segments"),
        ("customer_share", 0.99, "customer_share"),
    ],
)
def test_publish_checks_find_each_fault_on_both(
    connection: Connection, column: str | None, value: float, failing_columns: str
) -> None:
    coverage, profiles = pd.DataFrame(COVERAGE), pd.DataFrame(PROFILES)
    key = "rfm"
    if column in coverage:
        coverage.loc[0, column] = value
    elif column in profiles:
        profiles.loc[0, column] = value
        key = "rfm/champions"
    store(connection, "segmentation_coverage", coverage)
    store(connection, "agg_segment_profiles", profiles)
    store(connection, "value_back_test", pd.DataFrame(BACK_TEST))
    store(connection, "agg_drift", pd.DataFrame(DRIFT))
    results = compare(connection, publish_suites(0.1, True))
    failed = [(result.column_name, result.examples) for result in results if not result.passed]
    assert failed == ([(failing_columns, key)] if column else [])


@pytest.mark.parametrize(
    ("outcome", "error", "is_required", "severities"),
    [
        ("chosen", 0.1, True, []),
        ("chosen", -0.11, True, ["warning"]),
        ("chosen_untested", None, True, ["warning"]),
        ("withheld", 0.3, True, ["critical"]),
        ("withheld", 0.3, False, ["warning"]),
        ("withheld", None, True, ["critical"]),
        ("not_estimable", None, True, ["critical"]),
        ("not_estimable", None, False, []),
    ],
)
def test_a_withheld_forecast_fails_if_required(
    connection: Connection,
    outcome: str,
    error: float | None,
    is_required: bool,
    severities: list[str],
) -> None:
    connection.execute(
        """
        create table staging.value_back_test as
        select
            'mbg_nbd' as model, cast(? as text) as outcome, cast(? as double) as aggregate_error,
            cast(null as double) as mean_absolute_error,
            'the forecast was 30.0 % off: not published' as message
        union all
        select 'past_rate', 'not_chosen', 0.9, 0.8, 'not used'
        """,
        [outcome, error],
    )
    suites = [
        suite for suite in publish_suites(0.1, is_required) if suite.table == "value_back_test"
    ]
    failed = [result for result in compare(connection, suites) if not result.passed]
    assert [result.severity for result in failed] == severities
    # The check shows the message of the candidate.
    assert {result.examples for result in failed} <= {
        "mbg_nbd/the forecast was 30.0 % off: not published"
    }


@pytest.mark.parametrize(
    ("verdict", "severities"),
    [("stable", []), ("warn", ["warning"]), ("accepted", ["warning"]), ("fail", ["critical"])],
)
def test_drift_warns_or_stops(connection: Connection, verdict: str, severities: list[str]) -> None:
    drift = pd.DataFrame({**DRIFT, "verdict": ["not_compared", verdict]})
    store(connection, "agg_drift", drift)
    suites = [suite for suite in publish_suites(0.1, True) if suite.table == "agg_drift"]
    failed = [result for result in compare(connection, suites) if not result.passed]
    assert [result.severity for result in failed] == severities
    assert {result.examples for result in failed} <= {"feature/age_years"}


def test_every_expectation_passes_and_fails_once() -> None:
    # Uses the outcomes of the comparisons above.
    if len(SEEN) < 8:
        pytest.skip("needs the comparisons of this file")
    assert {kind for kind, outcomes in SEEN.items() if outcomes != {True, False}} == set()


@pytest.mark.parametrize(
    ("pattern", "matches"), [("b", 1), ("^b", 0), ("B", 0), ("(?i)B", 1), ("a|z", 2)]
)
def test_a_pattern_matches_anywhere(connection: Connection, pattern: str, matches: int) -> None:
    connection.execute("create table staging.words as from (values ('abc'), ('xyz')) words (word)")
    expectation = ExpectColumnValuesToMatchRegex(column="word", regex=pattern)
    (result,) = compare(connection, [Suite("words", ("word",), (expectation,))])
    assert result.unexpected_count == 2 - matches
