"""The linter of compiled SQL finds what it is there for."""

import pytest
from lint_compiled_sql import LINTED, PARSED, complaints, neutral_sql


@pytest.mark.parametrize(
    ("sql", "linted", "parsed"),
    [
        ("select customer_id from customers\n", [], []),
        # A rule: once is enough.
        ("select customer_id from customers as c\n", ["AL05"], []),
        # DuckDB reads these and Spark does not.
        ("from customers\n", [], ["PRS"]),
        ("select * exclude (email) from customers\n", ["AM04"], ["PRS"]),
        # Spark reads this and DuckDB does not.
        ("select day from orders lateral view explode(days) as day\n", ["PRS"], []),
        # Nobody reads this.
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


def test_what_the_engines_merely_spell_differently_is_made_neutral() -> None:
    text = 'select cast("status" as TEXT), cast(paid_at as timestamptz) from orders'
    assert neutral_sql(text) == (
        "select cast(status as string), cast(paid_at as timestamp) from orders"
    )
