"""The tour of one order agrees with the sample."""

import re

import duckdb
import pytest
from project import REPOSITORY, Project

pytestmark = pytest.mark.end_to_end

TOUR = (REPOSITORY / "docs" / "tour.md").read_text(encoding="utf-8")
STEPS = re.findall(r"```sql\n(.*?)```\n\n((?:\|[^\n]*\n)+)", TOUR, re.S)


def shown(value: object) -> str:
    """A value as the page writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(("query", "table"), STEPS)
def test_each_query_returns_the_table_below_it(built: Project, query: str, table: str) -> None:
    expected = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()
    ]
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        rows = connection.sql(query)
        actual = [rows.columns, *([shown(value) for value in row] for row in rows.fetchall())]
    assert actual == [expected[0], *expected[2:]]


def test_every_query_has_its_table() -> None:
    assert len(STEPS) == TOUR.count("```sql") > 5
