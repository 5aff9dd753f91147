"""Views of the published tables with words for people in place of the keys of segments.

A dashboard over them needs no join: the schema ``labelled`` has each table with segments, with the
same columns. Labels are those of the published tables ``segments`` and ``segmentations``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from customer_segmentation.declaring import in_publication, write_comments
from customer_segmentation.relations import read_table

SCHEMA = "labelled"

# Their own rows are the labels.
_CATALOGUE = ("segmentations", "segments")
# Columns of a segment beside a column ``segmentation``.
_SEGMENTS = ("segment", "from_segment", "to_segment")
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
    queries = labelled_queries(
        {table: [*columns] for table, columns in comments.items()},
        cursor.execute("from publication.segments").to_arrow_table().to_pylist(),
        lambda name: f"main.{name}",
        lambda text: "'" + text.replace("'", "''") + "'",
    )
    with in_publication(cursor):
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


def switch_label_views(session: Any, relations: Mapping[str, Any], schema: str) -> None:
    """Spark: write the views of the published views in ``schema``, and drop all others."""
    queries = labelled_queries(
        {name: relation.columns for name, relation in relations.items()},
        read_table(relations["segments"]).to_pylist(),
        lambda name: f"{schema}.{name}",
        # Spark reads a backslash as the beginning of an escape.
        lambda text: "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'",
    )
    place = f"{schema}_{SCHEMA}"
    session.sql(f"create schema if not exists {place}")
    for name, query in queries.items():
        session.sql(f"create or replace view {place}.{name} as {query}")
    for view in session.sql(f"show views in {place}").collect():
        if not view.isTemporary and view.viewName not in queries:
            session.sql(f"drop view if exists {place}.{view.viewName}")


def labelled_queries(
    columns: Mapping[str, Sequence[str]],
    segments: Iterable[Mapping[str, object]],
    table: Callable[[str], str],
    literal: Callable[[str], str],
) -> dict[str, str]:
    """The query of each view, by the name of its table.

    Args:
        columns: the columns of each published table.
        segments: the rows of the table segments.
        table: gives the name of a published table for a query.
        literal: gives a text for a query.
    """
    words: dict[str, dict[str, str]] = {}
    for row in segments:
        if row["label"]:
            words.setdefault(str(row["segmentation"]), {})[str(row["segment"])] = str(row["label"])
    queries = {}
    for name in columns.keys() - {*_CATALOGUE}:
        if "segmentation" in columns[name]:
            queries[name] = _long_query(name, columns[name], table)
        elif wide := {
            column: words[column.removesuffix(_WIDE)]
            for column in columns[name]
            if column.endswith(_WIDE) and column.removesuffix(_WIDE) in words
        }:
            queries[name] = _wide_query(table(name), columns[name], wide, literal)
    return dict(sorted(queries.items()))


def _long_query(name: str, columns: Sequence[str], table: Callable[[str], str]) -> str:
    """A row per segment: one join for each column with a segment, and one for segmentations."""
    items, joins = [], []
    for column in columns:
        item = f"rows_of_table.{column}"
        if column == "segmentation" or column in _SEGMENTS:
            labels = f"labels_of_{column}"
            source = table("segmentations" if column == "segmentation" else "segments")
            on = f"rows_of_table.segmentation = {labels}.segmentation"
            if column in _SEGMENTS:
                on += f" and {item} = {labels}.segment"
            joins.append(f"left join {source} as {labels} on {on}")
            # Other segments, such as cities or not_profiled, are their own labels.
            item = f"coalesce({labels}.label, replace({item}, '_', ' ')) as {column}"
        items.append(item)
    if "segment" in columns:
        items.append(f"labels_of_segment.sort_order as {_ORDER}")
    return f"select {', '.join(items)} from {table(name)} as rows_of_table {' '.join(joins)}"


def _wide_query(
    source: str,
    columns: Sequence[str],
    wide: Mapping[str, Mapping[str, str]],
    literal: Callable[[str], str],
) -> str:
    """A column per segmentation: labels are in the text, because 50 joins are slow."""
    items = []
    for column in columns:
        cases = " ".join(
            f"when {literal(segment)} then {literal(label)}"
            for segment, label in wide.get(column, {}).items()
        )
        other = f"replace({column}, '_', ' ')"
        items.append(f"case {column} {cases} else {other} end as {column}" if cases else column)
    return f"select {', '.join(items)} from {source}"
