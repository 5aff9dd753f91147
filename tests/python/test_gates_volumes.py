"""The sentences of the gates about volumes, and the severity of refused and accepted changes."""

import datetime as dt
from typing import Any

import duckdb
import pytest

from customer_segmentation.gates.runner import run_gate
from customer_segmentation.gates.volumes import change, volume_suites

ORDERS = {"domain": "shop", "table_name": "orders", "is_supplied": True, "rows_in_future": 0}
HORIZON = dt.date(2024, 7, 3)
ROWS: dict[str, Any] = {
    "table_name": "orders",
    "figure": "rows",
    "item": "all",
    "row_count": 500,
    "amount": None,
    "rows_before": 1000,
    "amount_before": None,
    "last_date_before": dt.date(2024, 6, 28),
    "rows_expected": 1001.4,
    "as_of_date": dt.date(2024, 6, 29),
    "broken_rule": "too_few",
    "verdict": "refused",
}
MONEY = {"figure": "money", "item": "EUR", "amount": 50_000.0, "amount_before": 1_000.0}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "500 rows; 1,000 rows up to 2024-06-28 let expect 1,001, and this is under 70% of it"),
        (
            {"row_count": 4000, "broken_rule": "too_many"},
            "4,000 rows; 1,000 rows up to 2024-06-28 let expect 1,001, and this is over 300% of it",
        ),
        (
            {"row_count": 0, "broken_rule": "missing"},
            "it was landed up to 2024-06-28 with 1,000 rows, and is missing or empty now",
        ),
        (
            {"broken_rule": "fewer"},
            "500 rows; up to 2024-06-28 there were 1,000, and it may only grow",
        ),
        (
            {**MONEY, "broken_rule": "mean"},
            "the mean amount in EUR is 100.00, and was 1.00 up to 2024-06-28 (another unit, "
            "such as cents?)",
        ),
        (
            {**MONEY, "row_count": None, "broken_rule": "no_currency"},
            "no amount is in EUR; up to 2024-06-28, 1,000 rows were",
        ),
        (
            {"figure": "status", "item": "paid", "broken_rule": "one_status"},
            "all 500 orders have one status; up to 2024-06-28 they had several",
        ),
        (
            {"item": "GBP/EUR", "amount": 0.85, "amount_before": 1.17, "broken_rule": "rate"},
            "the rate GBP/EUR is 0.85, and was 1.17 on 2024-06-28",
        ),
    ],
)
def test_a_change_names_both_figures(values: dict[str, Any], sentence: str) -> None:
    assert change(ROWS | values) == sentence


def failures(
    row_counts: list[dict[str, Any]], volumes: list[dict[str, Any]]
) -> list[tuple[str, str]]:
    """Severity and message of the failed checks of the shop's gate."""
    suites = volume_suites("shop", row_counts, volumes, HORIZON)
    with duckdb.connect() as connection:
        for name, rows in (("landing_row_counts", row_counts), ("landing_volumes", volumes)):
            values = ", ".join(
                str(tuple("" if value is None else str(value) for value in row.values()))
                for row in rows
            )
            columns = ", ".join(rows[0])
            connection.execute(f"create table {name} as from (values {values}) t ({columns})")
        connection.execute("alter table landing_row_counts alter rows_in_future type int")
        relations = {suite.table: f"from {suite.table}" for suite in suites}
        results = run_gate(connection, "gate_shop", suites, relations, "run").to_pylist()
    assert {row["table_name"] for row in results} == {"orders"}
    return [(row["severity"], row["message"]) for row in results if not row["passed"]]


def test_a_refused_change_is_critical_and_says_how_to_accept_it() -> None:
    mean = {**ROWS, **MONEY, "broken_rule": "mean"}
    passed = {**ROWS, "figure": "rate", "broken_rule": None, "verdict": "as expected"}
    other = {**ROWS, "table_name": "events"}
    counts = [ORDERS, {**ORDERS, "domain": "web", "table_name": "events"}]
    assert failures(counts, [ROWS, mean, passed, other]) == [
        (
            "critical",
            f"orders: {change(ROWS)}; {change(mean)}. If that is right, add to "
            "seeds/business/accepted_changes.csv: orders,money,2024-06-29, and "
            "orders,rows,2024-06-29,",
        )
    ]


def test_an_accepted_change_is_a_warning() -> None:
    assert failures([ORDERS], [{**ROWS, "verdict": "accepted"}]) == [
        ("warning", f"orders: {change(ROWS)}. Accepted by seeds/business/accepted_changes.csv.")
    ]


def test_a_table_that_is_missing_now_is_critical() -> None:
    missing = {**ROWS, "row_count": 0, "broken_rule": "missing"}
    [(severity, message)] = failures([{**ORDERS, "is_supplied": False}], [missing])
    assert severity == "critical"
    assert message.startswith("orders: it was landed up to 2024-06-28 with 1,000 rows")


def test_rows_of_the_future_are_a_warning_with_their_count() -> None:
    fine = {**ROWS, "broken_rule": None, "verdict": "as expected"}
    assert failures([{**ORDERS, "rows_in_future": 1234}], [fine]) == [
        (
            "warning",
            "orders: 1,234 rows are dated after 2024-07-03 and quarantined. If they are true, set "
            "the var as_of_date.",
        )
    ]


def test_a_first_publication_compares_nothing() -> None:
    first = {**ROWS, "rows_before": None, "broken_rule": None, "verdict": "as expected"}
    assert [suite.table for suite in volume_suites("shop", [ORDERS], [first], HORIZON)] == [
        "landing_row_counts"
    ]
