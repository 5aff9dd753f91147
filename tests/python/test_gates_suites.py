"""The suites agree with the contract, and each limit is on the right side."""

# Great Expectations re-exports its names implicitly.
# mypy: disable-error-code="attr-defined"

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection as Connection
from gates_data import AS_OF, PROJECT, column_types, create_table, landing_table, row_counts

from customer_segmentation.gates.contract import load_contract
from customer_segmentation.gates.runner import Suite, run_gate
from customer_segmentation.gates.suites import (
    AVERAGES,
    DAILY,
    IDENTITIES,
    MAY_BE_EMPTY,
    USUALLY_GIVEN,
    _rejected,
    landing_suites,
    publish_suites,
)

CONTRACT = load_contract(PROJECT)
TYPES = column_types()
DOMAINS = {table.name: table.domain for table in CONTRACT.values()}
ROWS = 100


@pytest.fixture
def connection() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        connection.execute("create schema staging")
        yield connection


def suites_with_counts(table: str, **changes: Any) -> list[Suite]:
    counts = {
        "domain": DOMAINS[table],
        "table_name": table,
        "is_supplied": True,
        "rows_landed": ROWS,
        "rows_quarantined": 0,
        "rows_later": 0,
        "max_quarantined_share": 0.05,
    }
    contract = {table: CONTRACT[table]}
    return landing_suites(DOMAINS[table], contract, [{**counts, **changes}], AS_OF, 30)


def failures(connection: Connection, table: str, **columns: list[Any]) -> list[tuple[str, str]]:
    """(severity, column) of the failed checks of good rows with replaced ``columns``."""
    frame = landing_table(TYPES[table], ROWS, seed=1, is_dirty=False).assign(**columns)
    create_table(connection, f"staging.{table}", TYPES[table], frame)
    suite = suites_with_counts(table)[0]
    results = run_gate(
        connection, "gate", [suite], {table: f"from staging.{table}"}, "run"
    ).to_pylist()
    return [(row["severity"], row["column_name"]) for row in results if not row["passed"]]


def test_every_name_in_the_rules_is_in_the_contract() -> None:
    named = {
        **{table: set(identity.columns) for table, identity in IDENTITIES.items()},
        **{table: set(columns) for table, columns in USUALLY_GIVEN.items()},
    }
    for table, averages in AVERAGES.items():
        named.setdefault(table, set()).update(average.column for average in averages)
    assert DAILY | MAY_BE_EMPTY | set(named) <= set(CONTRACT)
    for table, columns in named.items():
        assert columns <= set(CONTRACT[table].columns), table
    for table in DAILY:
        assert CONTRACT[table].known_at in CONTRACT[table].required, table


def test_suites_do_not_repeat_dbt_tests() -> None:
    kinds = {
        type(expectation).__name__
        for table in CONTRACT
        for suite in suites_with_counts(table)
        for expectation in suite.expectations
    } | {type(one).__name__ for suite in publish_suites(0.1, True) for one in suite.expectations}
    assert not {kind for kind in kinds if "Unique" in kind}
    required = [
        expectation.column
        for table in CONTRACT.values()
        for suite in suites_with_counts(table.name)
        for expectation in suite.expectations
        if type(expectation).__name__ == "ExpectColumnValuesToNotBeNull"
        and expectation.column in table.required
    ]
    assert required == []


def test_no_aggregate_shows_a_value_of_personal_data() -> None:
    for table in CONTRACT.values():
        for expectation in suites_with_counts(table.name)[0].expectations:
            if type(expectation).__name__ in (
                "ExpectColumnMaxToBeBetween",
                "ExpectColumnMinToBeBetween",
                "ExpectColumnMedianToBeBetween",
            ):
                assert table.pii[expectation.column] == "none", table.name


def test_every_rule_has_a_description() -> None:
    suites = [suite for table in CONTRACT for suite in suites_with_counts(table)]
    for suite in suites + publish_suites(0.1, True):
        assert all(expectation.description for expectation in suite.expectations), suite.table


def test_every_failure_is_a_sentence_about_the_data() -> None:
    row: dict[str, Any] = defaultdict(
        lambda: 1,
        table_name="orders",
        column_name="status",
        nearest_name="refunds",
        state="unknown",
        word="odd",
        reading="read as unknown",
        owner_table="customers",
        quarantine_reason="id is missing",
        value_shapes=None,
    )
    suites = [suite for table in CONTRACT for suite in suites_with_counts(table)]
    suites += landing_suites(
        "shop", {"orders": CONTRACT["orders"]}, [row], AS_OF, 30, [row], ["paid"], *([row],) * 3
    )
    drift = {"item": "age_years", "psi": 0.3, "compared_with": AS_OF, "verdict": "fail"}
    test = {"model": "bg_nbd", "outcome": "withheld", "message": "22 % off: not published"}
    suites += publish_suites(0.1, True, [], [test], [drift])
    for suite in suites:
        for expectation in suite.expectations:
            message = (expectation.meta or {})["message"]
            # A rule says how data should be, and a message how they are.
            assert expectation.description not in message
            assert message[-1] in ".?", message
            for word in ("expect", "at least", "quarantine", "share:", "_share", "None"):
                assert word not in message.replace("{share}", ""), message


@pytest.mark.parametrize(
    ("nameless", "expected"),
    [(5, []), (6, ["warning"]), (50, ["warning"]), (51, ["warning", "critical"])],
)
def test_rows_without_an_owner_warn_or_fail(
    connection: Connection, nameless: int, expected: list[str]
) -> None:
    # Each row with an owner has one of the columns in turn: any column is enough.
    columns = ["contact_id", "account_id", "email", "phone", "visitor_id"]
    owners = {
        column: [
            "somebody" if row >= nameless and row % len(columns) == turn else None
            for row in range(ROWS)
        ]
        for turn, column in enumerate(columns)
    }
    found = failures(connection, "orders", **owners)
    assert found == [(severity, ", ".join(columns)) for severity in expected]


@pytest.mark.parametrize(("days", "is_stale"), [(0, False), (30, False), (31, True)])
def test_freshness_counts_from_the_day(connection: Connection, days: int, is_stale: bool) -> None:
    latest = dt.datetime.combine(AS_OF, dt.time()) - dt.timedelta(days=days)
    found = failures(connection, "events", occurred_at=[latest] * ROWS)
    assert found == ([("warning", "occurred_at")] if is_stale else [])


@pytest.mark.parametrize(("tests", "is_suspicious"), [(20, False), (21, True)])
def test_many_test_records_warn(connection: Connection, tests: int, is_suspicious: bool) -> None:
    found = failures(connection, "accounts", is_test=[row < tests for row in range(ROWS)])
    assert found == ([("warning", "is_test")] if is_suspicious else [])


@pytest.mark.parametrize(("mean", "is_off"), [(1_000_000, False), (1_000_001, True)])
def test_means_out_of_range_warn(connection: Connection, mean: int, is_off: bool) -> None:
    found = failures(connection, "orders", gross_amount=[mean] * ROWS)
    assert found == ([("warning", "gross_amount")] if is_off else [])


@pytest.mark.parametrize(
    ("status", "amount", "is_stopped"),
    [("paid", 0.01, False), ("paid", 0, True), ("paid", None, True), ("pending", 5, True)],
)
def test_orders_without_a_purchase_fail(
    connection: Connection, status: str, amount: float | None, is_stopped: bool
) -> None:
    amounts: list[Any] = [9.0] * (ROWS - 1) + [amount]
    frame = landing_table(TYPES["orders"], ROWS, seed=1, is_dirty=False).assign(
        status=["cancelled"] * (ROWS - 1) + [status], gross_amount=amounts
    )
    create_table(connection, "staging.orders", TYPES["orders"], frame)
    counts = row_counts(connection, {"orders": "shop"})
    contract = {"orders": CONTRACT["orders"]}
    suite = landing_suites("shop", contract, counts, AS_OF, 30, (), ["placed", "paid"])[0]
    results = run_gate(connection, "gate", [suite], {"orders": "from staging.orders"}, "run")
    failed = [row["severity"] for row in results.to_pylist() if not row["passed"]]
    assert failed == (["critical"] if is_stopped else [])


def test_missing_optional_columns_are_no_failure(connection: Connection) -> None:
    nothing = [None] * ROWS
    assert failures(connection, "customers", children_count=nothing, household_size=nothing) == []


@pytest.mark.parametrize(
    ("table", "landed", "later", "severity"),
    [
        ("orders", 10, 0, "critical"),
        ("orders", 0, 0, "critical"),
        ("orders", 10, 9, "warning"),
        # All rows are after the day of the build.
        ("orders", 10, 10, "warning"),
        ("refunds", 0, 0, "warning"),
        ("refunds", 10, 0, "critical"),
        # All buyers are guests; landed customers must still be usable.
        ("customers", 0, 0, "warning"),
        ("customers", 10, 0, "critical"),
    ],
)
def test_a_supplied_table_needs_a_usable_row(
    connection: Connection, table: str, landed: int, later: int, severity: str
) -> None:
    frame = landing_table(TYPES[table], 0, seed=1, is_dirty=False)
    create_table(connection, f"staging.{table}", TYPES[table], frame)
    suite = suites_with_counts(table, rows_landed=landed, rows_later=later)[0]
    results = run_gate(
        connection, "gate", [suite], {table: f"from staging.{table}"}, "run"
    ).to_pylist()
    assert [(row["expectation"], row["severity"]) for row in results if not row["passed"]] == [
        ("expect_table_row_count_to_be_between", severity)
    ]


def test_quarantine_is_limited_per_table(connection: Connection) -> None:
    tables = dict.fromkeys(("events", "campaign_touches"), "web")
    for table in tables:
        frame = landing_table(TYPES[table], ROWS, seed=1, is_dirty=False)
        create_table(connection, f"staging.{table}", TYPES[table], frame)
    counts = row_counts(connection, tables, quarantined_share=0.05)
    counts[1]["quarantined_share"] = 0.0501
    # Another domain has its own gate.
    counts.append({**counts[1], "domain": "shop", "table_name": "orders"})
    columns = ", ".join(counts[0])
    connection.execute(
        f"create table staging.landing_row_counts as select * from (values "
        f"{', '.join(str(tuple(row.values())) for row in counts)}) counts ({columns})"
    )
    suites = landing_suites("web", CONTRACT, counts, AS_OF, 30)
    relations = {suite.table: f"from staging.{suite.table}" for suite in suites}
    failed = [
        row["message"]
        for row in run_gate(connection, "gate_web", suites, relations, "run").to_pylist()
        if not row["passed"]
    ]
    assert failed == ["campaign_touches: 5.0% of rows are rejected, and at most 5.0% may be."]


@pytest.mark.parametrize(
    ("table", "reason", "advice"),
    [
        ("orders", "order_id names different rows", "land them as order_lines"),
        ("order_lines", "order_line_id names different rows", "must name one line of all orders"),
        ("orders", "ordered_at is missing", ""),
    ],
)
def test_a_key_of_several_rows_says_what_to_land(table: str, reason: str, advice: str) -> None:
    reasons = [
        {"table_name": table, "quarantine_reason": reason, "row_count": 2, "value_shapes": "A9"}
    ]
    counts = {"table_name": table, "quarantined_share": 0.5, "max_quarantined_share": 0.05}
    message = _rejected(counts, reasons)["message"]
    start, end = message.split(f"{reason} (2 rows, such as A9).")
    assert start == f"{table}: 50.0% of rows are rejected, and at most 5.0% may be: "
    assert advice in end if advice else not end


@pytest.mark.parametrize(
    ("rows", "limit", "severity"), [(1, 0.05, "warning"), (2, 0.05, "critical"), (1, 0, "critical")]
)
def test_one_wrong_row_of_a_small_table_warns(rows: int, limit: float, severity: str) -> None:
    suite = suites_with_counts(
        "refunds", rows_landed=4, rows_quarantined=rows, max_quarantined_share=limit
    )[1]
    assert [expectation.severity.value for expectation in suite.expectations] == [severity]


@pytest.mark.parametrize(
    ("share", "must_be_known", "failed"),
    [
        (0.01, True, None),
        (0.5, True, "warning"),
        (0.51, True, "critical"),
        (0.51, False, "warning"),
    ],
)
def test_unknown_words_warn_and_stop_if_they_are_most(
    connection: Connection, share: float, must_be_known: bool, failed: str | None
) -> None:
    frame = landing_table(TYPES["orders"], ROWS, seed=1, is_dirty=False)
    create_table(connection, "staging.orders", TYPES["orders"], frame)
    counts = row_counts(connection, {"orders": "shop"})
    words = {
        "item": "orders.status",
        "word": '"odd"',
        "reading": "read as unknown",
        "table_name": "orders",
        "column_name": "status",
        "must_be_known": must_be_known,
        "row_count": 1200,
        "unknown_share": share,
    }
    contract = {"orders": CONTRACT["orders"]}
    suites = landing_suites("shop", contract, counts, AS_OF, 30, unknown_words=[words])
    values = ", ".join(f"{value!r} as {name}" for name, value in words.items())
    relations = {"unknown_words": f"from (select {values})"}
    suite = next(suite for suite in suites if suite.table == "unknown_words")
    (result,) = run_gate(connection, "gate_shop", [suite], relations, "run").to_pylist()
    assert (None if result["passed"] else result["severity"]) == failed
    if failed:
        assert result["message"] == (
            f"orders.status: {share:.1%} of rows have a word that no list has, such as "
            '"odd" (1,200 rows); read as unknown. Add them to the seed own_words.'
        )


def test_tables_that_are_not_supplied_get_no_checks() -> None:
    counts = [
        {"table_name": name, "is_supplied": False, "rows_landed": 0, "rows_later": 0}
        for name in CONTRACT
    ]
    suites = landing_suites("crm", CONTRACT, counts, None, 30)
    assert {suite.table for suite in suites} == {
        name for name, domain in DOMAINS.items() if domain == "crm"
    }
    assert not any(suite.is_supplied for suite in suites)


def test_a_table_without_row_counts_is_an_error() -> None:
    with pytest.raises(KeyError, match="events"):
        landing_suites("web", CONTRACT, [], AS_OF, 30)


def test_a_folder_without_a_contract_is_an_error(tmp_path: Any) -> None:
    with pytest.raises(FileNotFoundError, match="sources"):
        load_contract(tmp_path)


@pytest.mark.parametrize(("known", "passed"), [(100, True), (99, False)])
def test_ids_that_the_owner_does_not_know_are_a_warning(
    connection: Connection, known: int, passed: bool
) -> None:
    connection.execute(
        "create table staging.landed_references as select 'orders' as table_name, "
        f"'contact_id' as column_name, {known} / 200 as known_share"
    )
    reference = {
        "table_name": "orders",
        "column_name": "contact_id",
        "owner_table": "customers",
        "ids_named": 200,
        "ids_known": known,
        "known_share": known / 200,
    }
    create_table(
        connection, "staging.orders", TYPES["orders"], landing_table(TYPES["orders"], 1, 1, False)
    )
    counts = row_counts(connection, {"orders": "shop"})
    suites = landing_suites(
        "shop", {"orders": CONTRACT["orders"]}, counts, AS_OF, 30, references=[reference]
    )
    suite = next(suite for suite in suites if suite.table == "landed_references")
    relations = {"landed_references": "from staging.landed_references"}
    (result,) = run_gate(connection, "gate", [suite], relations, "run").to_pylist()
    assert (result["severity"], result["passed"]) == ("warning", passed)
    if not passed:
        assert result["message"] == (
            "orders.contact_id: customers has 99 of the 200 ids; the others join nothing: decimal "
            "points, leading zeros or ids of another system?"
        )
