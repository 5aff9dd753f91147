"""Views with labels show the same rows as the published tables, in words."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from project import REPOSITORY, Project

from customer_segmentation.labelling import SCHEMA
from customer_segmentation.publishing import publish

ODD = 'It\'s \\ "odd" -- %s'


@pytest.fixture
def file(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published file that was moved and attached by another name."""
    with duckdb.connect() as session:
        session.execute(
            "create table segmentations as select 'rfm' as segmentation, 'RFM' as label"
        )
        session.execute(
            "create table segments as "
            "from (values ('rfm', 'best', 1, ?), ('rfm', 'at_risk', 2, null)) "
            "t(segmentation, segment, sort_order, label)",
            [ODD],
        )
        session.execute(
            "create table moves as "
            "from (values ('rfm', 'new', 'best', 3), ('city', 'Wien', 'Graz', 4)) "
            "t(segmentation, from_segment, to_segment, customers)"
        )
        session.execute(
            "create table wide as from (values (1, 'best'), (2, 'at_risk'), (3, null)) "
            "t(customer_id, rfm_segment)"
        )
        session.execute("create table other as select 1 as customer_id, 'best' as segment")
        names = ("segmentations", "segments", "moves", "wide", "other")
        published = tmp_path / "published.duckdb"
        publish(session, {name: session.table(name) for name in names}, str(published), "")
    moved = published.resolve().rename(tmp_path / "moved.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{moved}' as anything (read_only)")
        yield connection


def test_labels_take_the_place_of_keys(file: duckdb.DuckDBPyConnection) -> None:
    views = "select view_name from duckdb_views() where not internal order by 1"
    assert file.execute(views).fetchall() == [("moves",), ("wide",)]
    moves = file.execute(f"from anything.{SCHEMA}.moves order by customers").fetchall()
    assert moves == [("RFM", "new", ODD, 3), ("city", "Wien", "Graz", 4)]
    wide = file.execute(f"from anything.{SCHEMA}.wide order by 1").fetchall()
    assert wide == [(1, ODD), (2, "at risk"), (3, None)]


@pytest.mark.end_to_end
def test_every_table_with_segments_has_the_same_rows_in_words(built: Project) -> None:
    views = {
        name
        for (name,) in built.rows(
            f"select view_name from duckdb_views() where schema_name = '{SCHEMA}'"
        )
    }
    with_segments = built.rows(
        "select distinct table_name from duckdb_columns() where schema_name = 'main' "
        "and not internal and column_name in ('segmentation', 'rfm_segment') "
        "and table_name not in ('segmentations', 'segments')"
    )
    assert views == {name for (name,) in with_segments}
    assert len(views) > 15
    for name in views:
        count = f"select count(*) from {SCHEMA}.{name}"
        assert built.rows(count) == built.rows(f"select count(*) from main.{name}")
    # In words, and in the order of the catalogue.
    shown = built.rows(
        f"select segment, segment_order, count(*) from {SCHEMA}.fct_customer_segments "
        "where segmentation = 'RFM group' and is_primary group by all order by 2"
    )
    counted = built.rows(
        "select coalesce(segments.label, 'not profiled'), segments.sort_order, count(*) "
        "from fct_customer_segments left join segments using (segmentation, segment) "
        "where segmentation = 'rfm' and is_primary group by all order by 2"
    )
    assert shown == counted != []
    assert sorted(
        built.rows(f"select rfm_segment, count(*) from {SCHEMA}.dim_customers group by 1")
    ) == sorted((label, customers) for label, _, customers in counted)


@pytest.mark.end_to_end
def test_the_query_of_the_readme_gives_a_chart(built: Project) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    [query] = re.findall(r"```sql\n([^`]*labelled[^`]*)```", readme)
    rows = built.rows(query)
    assert [segment for segment, *_ in rows][:2] == ["Champions", "Loyal"]
    assert len(rows) > 10
