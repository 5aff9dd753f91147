"""The linter of compiled SQL finds the faults of each dialect."""

import pytest
from lint_compiled_sql import LINTED, PARSED, WHOLE_WINDOW, complaints, neutral_sql, one_sided_joins


@pytest.mark.parametrize(
    ("sql", "linted", "parsed"),
    [
        ("select customer_id from customers\n", [], []),
        # A rule is reported once.
        ("select customer_id from customers as c\n", ["AL05"], []),
        # Valid on DuckDB only.
        ("from customers\n", [], ["PRS"]),
        ("select * exclude (email) from customers\n", ["AM04"], ["PRS"]),
        # Valid on Spark only.
        ("select day from orders lateral view explode(days) as day\n", ["PRS"], []),
        # Invalid on both.
        ("select customer_id from from customers\n", ["PRS"], ["PRS"]),
    ],
)
def test_each_dialect_finds_its_own_faults(sql: str, linted: list[str], parsed: list[str]) -> None:
    found = {dialect: complaints(dialect, sql) for dialect in (LINTED, PARSED)}
    rules = {
        dialect: [complaint.split(": ")[1].split()[0] for complaint in of_dialect]
        for dialect, of_dialect in found.items()
    }
    assert rules == {LINTED: linted, PARSED: parsed}


def test_differences_in_spelling_are_removed() -> None:
    text = 'select cast("status" as TEXT), cast(paid_at as timestamptz) from orders'
    assert neutral_sql(text) == (
        "select cast(status as string), cast(paid_at as timestamp) from orders"
    )


def test_a_condition_on_the_left_table_alone_is_found() -> None:
    sql = """
        select 1
        from orders
        left join people as buyers on orders.buyer = buyers.id and orders.is_paid
        left join shops on case when orders.is_paid then orders.shop end = shops.id
        left join (select * from days where days.a = 1) as days
            on orders.day = days.day and (orders.is_paid or days.is_open)
        where orders.is_paid and orders.total > 0
    """
    assert one_sided_joins(sql) == ["buyers"]


@pytest.mark.parametrize(
    ("window", "is_whole"),
    [
        ("sum(a) over ()", True),
        ("rank() over (\n    order by a desc\n)", True),
        ("sum(a) over w from t window w as (order by a)", True),
        ("rank() over (partition by b order by a)", False),
        ("sum(a) over w from t window w as (partition by b)", False),
        ("(select a from t order by a) as ordered", False),
    ],
)
def test_a_window_over_all_rows_is_found(window: str, is_whole: bool) -> None:
    assert bool(WHOLE_WINDOW.search(f"select {window}")) == is_whole
