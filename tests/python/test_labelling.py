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
            "create table segments as from (values ('rfm', 'best', 1, ?), "
            "('rfm', 'at_risk', 2, null), ('business', 'regulars', 1, 'Regulars')) "
            "t(segmentation, segment, sort_order, label)",
            [ODD],
        )
        session.execute(
            "create table cluster_features as from (values ('cluster_1', 1, 'many orders')) "
            "t(segment, cluster_number, cluster_name)"
        )
        session.execute(
            "create table moves as from (values ('rfm', 'new', 'best', 3), "
            "('city', 'Wien', 'Graz', 4), ('cluster', 'cluster_1', 'cluster_2', 5)) "
            "t(segmentation, from_segment, to_segment, customers)"
        )
        session.execute(
            "create table wide as from (values (1, 'best', 'cluster_1', 'not_profiled'), "
            "(2, 'at_risk', null, 'Wien')) "
            "t(customer_id, rfm_segment, cluster_segment, city_segment)"
        )
        session.execute(
            "create table agg_rule_overlaps as select 'regulars' as segment, "
            "'new_ones' as other_segment, 7 as customers"
        )
        session.execute("create table other as select 1 as customer_id")
        names = (
            *("segmentations", "segments", "cluster_features", "moves", "wide"),
            *("agg_rule_overlaps", "other"),
        )
        published = tmp_path / "published.duckdb"
        publish(session, {name: session.table(name) for name in names}, str(published), "")
    moved = published.resolve().rename(tmp_path / "moved.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{moved}' as anything (read_only)")
        yield connection


def test_labels_take_the_place_of_keys(file: duckdb.DuckDBPyConnection) -> None:
    def rows(view: str) -> list[tuple[object, ...]]:
        return file.execute(f"from anything.{SCHEMA}.{view} order by all").fetchall()

    views = "select view_name from duckdb_views() where not internal order by 1"
    assert [name for (name,) in file.execute(views).fetchall()] == [
        *("agg_rule_overlaps", "cluster_features", "moves", "wide")
    ]
    assert rows("moves") == [
        ("RFM", "new", ODD, 3),
        ("city", "Wien", "Graz", 4),
        ("cluster", "many orders", "cluster 2", 5),
    ]
    assert rows("wide") == [(1, ODD, "many orders", "not profiled"), (2, "at risk", None, "Wien")]
    assert rows("agg_rule_overlaps") == [("Regulars", "new ones", 7, 1)]
    assert rows("cluster_features") == [("many orders", 1, "many orders", 1)]


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
        "and not internal and (column_name = 'segmentation' or column_name like '%segment') "
        "and table_name not in ('segmentations', 'segments')"
    )
    assert views == {name for (name,) in with_segments}
    assert len(views) > 20
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
    # The same words in the wide table, for every segmentation in it.
    long = f"""
        from {SCHEMA}.fct_customer_segments as long
        inner join segmentations on long.segmentation = segmentations.label
        where is_primary and is_in_dim_customers
    """
    [columns] = built.rows(
        f"select list(distinct segmentations.segmentation || '_segment') {long}"
    )[0:1]
    wide = f"""
        select replace(name, '_segment', ''), value, count(*)
        from (unpivot (select {", ".join(columns[0])} from {SCHEMA}.dim_customers)
            on columns(*) into name name value value)
        group by all
    """
    assert sorted(built.rows(wide)) == sorted(
        built.rows(f"select segmentations.segmentation, segment, count(*) {long} group by all")
    )


@pytest.mark.end_to_end
def test_the_query_of_the_readme_gives_a_chart(built: Project) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    [query] = re.findall(r"```sql\n([^`]*labelled[^`]*)```", readme)
    rows = built.rows(query)
    assert [segment for segment, *_ in rows][:2] == ["Champions", "Loyal"]
    assert len(rows) > 10
