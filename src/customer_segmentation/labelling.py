"""Views of the published tables with words for people in place of the keys of segments.

A dashboard over them needs no join: the schema ``labelled`` has each table with segments, with the
same columns. Labels are those of the published tables ``segments``, ``segmentations`` and
``cluster_features``. Other segments, such as cities, are shown as they are, with blanks for
underscores.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from customer_segmentation.declaring import in_publication, write_comments
from customer_segmentation.relations import text_literal

SCHEMA = "labelled"

# The rows of each segmentation's segments with their labels.
_LABELS = """
    select segmentation, segment, sort_order, label from {0}segments
    union all
    select distinct 'cluster', segment, cluster_number, cluster_name from {0}cluster_features
"""
# Their own rows are the labels.
_CATALOGUE = ("segmentations", "segments")
# Columns with a segment, in tables with a row per segment.
_SEGMENTS = ("segment", "from_segment", "to_segment", "other_segment")
# Tables without a column segmentation: all their segments are of one.
_SEGMENTATION_OF = {
    "agg_rule_overlaps": "business",
    "cluster_features": "cluster",
    "rule_memberships": "business",
    "segment_rules": "business",
}
# Columns with a segment, in tables with a column per segmentation.
_WIDE = "_segment"
_ORDER = "segment_order"


def create_label_views(cursor: Any) -> None:
    """DuckDB: add the views to the attached database ``publication``, with comments.

    They name no database, so that the file can have any name.
    """
    comments: dict[str, dict[str, str]] = {}
    for table, column, comment in cursor.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where database_name = 'publication' and schema_name = 'main' order by column_index"
    ).fetchall():
        comments.setdefault(table, {})[column] = comment or ""
    with in_publication(cursor):
        labels = cursor.execute(_LABELS.format("main.")).fetchall()
        queries = labelled_queries(comments, labels, "main.", text_literal)
        cursor.execute(f"create schema {SCHEMA}")
        for name, query in queries.items():
            view = f"{SCHEMA}.{name}"
            cursor.execute(f"create view {view} as {query}")
            columns = comments[name]
            if "segment" in columns:
                columns = columns | {_ORDER: "Place of the segment in a list."}
            write_comments(cursor, {f"view {view}": f"{name}, with labels of segments"})
            write_comments(
                cursor, {f'column {view}."{column}"': text for column, text in columns.items()}
            )


def switch_label_views(session: Any, tables: Mapping[str, Any], schema: str) -> None:
    """Spark: write the views of the published ``tables`` in ``schema``, and drop all others."""
    labels = session.sql(_LABELS.format(f"{schema}.")).collect()
    queries = labelled_queries(
        {name: table.columns for name, table in tables.items()},
        labels,
        f"{schema}.",
        partial(text_literal, on_spark=True),
    )
    place = f"{schema}_{SCHEMA}"
    session.sql(f"create schema if not exists {place}")
    for name, query in queries.items():
        session.sql(f"create or replace view {place}.{name} as {query}")
    for view in session.sql(f"show views in {place}").collect():
        if not view.isTemporary and view.viewName not in queries:
            session.sql(f"drop view if exists {place}.{view.viewName}")


def labelled_queries(
    columns: Mapping[str, Iterable[str]],
    labels: Iterable[Sequence[Any]],
    prefix: str,
    literal: Callable[[str], str],
) -> dict[str, str]:
    """The query of each view, by the name of its table.

    Args:
        columns: the columns of each published table.
        labels: segmentation, segment, place and label of each segment.
        prefix: the schema of the tables, with a dot.
        literal: gives a text for a query.
    """
    words: dict[str, dict[str, str]] = {}
    for segmentation, segment, _, label in labels:
        if label:
            words.setdefault(segmentation, {})[segment] = label
    queries = {}
    for name in sorted(columns.keys() - {*_CATALOGUE}):
        names = [*columns[name]]
        if "segmentation" in names or name in _SEGMENTATION_OF:
            queries[name] = _long_query(name, names, prefix, literal)
        elif any(column.endswith(_WIDE) for column in names):
            queries[name] = _wide_query(prefix + name, names, words, literal)
    return queries


def _long_query(
    name: str, columns: Sequence[str], prefix: str, literal: Callable[[str], str]
) -> str:
    """A row per segment: one join for each column with a segment, and one for segmentations."""
    segmentation = "rows_of_table.segmentation"
    if name in _SEGMENTATION_OF:
        segmentation = literal(_SEGMENTATION_OF[name])
    items, joins = [], []
    for column in columns:
        item = f"rows_of_table.{column}"
        if column == "segmentation" or column in _SEGMENTS:
            labels = f"labels_of_{column}"
            source, on = f"{prefix}segmentations", f"{segmentation} = {labels}.segmentation"
            if column in _SEGMENTS:
                source, on = f"({_LABELS.format(prefix)})", f"{on} and {item} = {labels}.segment"
            joins.append(f"left join {source} as {labels} on {on}")
            item = f"coalesce({labels}.label, replace({item}, '_', ' ')) as {column}"
        items.append(item)
    if "segment" in columns:
        items.append(f"labels_of_segment.sort_order as {_ORDER}")
    return f"select {', '.join(items)} from {prefix}{name} as rows_of_table {' '.join(joins)}"


def _wide_query(
    source: str,
    columns: Sequence[str],
    words: Mapping[str, Mapping[str, str]],
    literal: Callable[[str], str],
) -> str:
    """A column per segmentation: labels are in the text, because 50 joins are slow."""
    items = []
    for column in columns:
        item = column
        if column.endswith(_WIDE):
            item = f"replace({column}, '_', ' ')"
            if labels := words.get(column.removesuffix(_WIDE)):
                cases = " ".join(
                    f"when {literal(segment)} then {literal(label)}"
                    for segment, label in labels.items()
                )
                item = f"case {column} {cases} else {item} end"
            item += f" as {column}"
        items.append(item)
    return f"select {', '.join(items)} from {source}"
