"""Publish the tables of a run at once: BI tools see the last run or this run, never a mixture.

On DuckDB, the tables go into a new file. It replaces the published file, together with the exports
and the report, in one step of the file system. Readers that have the old file open keep reading it.
On Spark, the tables go into a schema that no published view reads. Then the views are switched to
it, one after the other. Only in that second can a reader of two views see two runs.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from dbt_common.invocation import get_invocation_id

from customer_segmentation.declaring import create_table, declarations
from customer_segmentation.exporting import Exports, write_exports
from customer_segmentation.labelling import create_label_views, switch_label_views
from customer_segmentation.paths import project_path
from customer_segmentation.relations import is_spark, model_result, read_table, text_literal
from customer_segmentation.state import STATE_VERSION, readable_state, state_path, state_schema
from customer_segmentation.switching import Run, replaced_together
from customer_segmentation.visual_report.writing import Report, write_report

_SIDE_PROPERTY = "customer_segmentation.side"
# Three, because a run that is killed while switching the views leaves two in use.
_SIDES = ("a", "b", "c")


def publish(
    session: Any,
    relations: Mapping[str, Any],
    path: str,
    schema: str,
    exports: Exports | None = None,
    state: Mapping[str, Any] | None = None,
    *,
    as_of: Any = None,
    kept: int = 3,
    descriptions: Any = None,
    database: str | None = None,
    report: Report | None = None,
) -> Any:
    """Publish ``relations`` and return one row per published table.

    Args:
        session: the session of the dbt Python model: a DuckDB connection or a Spark session.
        relations: published name -> relation.
        path: DuckDB: the published file, absolute or relative to the project.
        schema: Spark: the schema of the published views.
        exports: files to write beside ``path``, on both engines.
        state: the state for the next run, as relations by the names of the source ``state``. It is
            published in the same step, beside ``path`` or ``schema``.
        as_of: the relation with the as_of_date of the run.
        kept: the number of runs of the files to keep, this one included.
        descriptions: the relation of the model published_descriptions.
        database: DuckDB: the name of the build database; that of the session if None.
        report: the report to write beside ``path``, on both engines.

    Returns:
        table_name (string), row_count (bigint), published_to, built_in and run_id (string) and
        as_of_date (date) per table: an Arrow table or a Spark DataFrame. published_to and built_in
        show when the next run would publish elsewhere.

    Raises:
        TimeoutError: another process is publishing the same files.
        OSError: a file cannot be written; the published files are unchanged.
        ValueError: the name of an export is not a valid file name, or another run published since
            this run read the state; likewise.
    """
    file = Path(project_path(path))
    day = None if as_of is None else read_table(as_of)["as_of_date"][0].as_py()
    run = Run(get_invocation_id(), str(day or "unknown"))
    if state is not None:
        state = {**state, "version": session.sql(f"select {STATE_VERSION} as version")}
    place, built_in = schema, None
    if not is_spark(session):
        place = str(file.parent.resolve() / file.name)
        counts, built_in = _publish_file(
            session, relations, file, exports, state, descriptions, run, kept, database, report
        )
    elif exports is None:
        counts = _publish_views(session, relations, schema, state)
    else:
        # A name of its own, because the file of DuckDB may be published beside it.
        names = [exports.folder, *([report.folder] if report else [])]
        with replaced_together(file.parent, names, run, kept) as folder:
            write_exports(exports, folder)
            if report:
                write_report(report, relations, descriptions, folder)
            counts = _publish_views(session, relations, schema, state)
    published = {
        "table_name": pa.array(counts.keys(), pa.string()),
        "row_count": pa.array(counts.values(), pa.int64()),
        "published_to": pa.array([place] * len(counts), pa.string()),
        "built_in": pa.array([built_in] * len(counts), pa.string()),
        "run_id": pa.array([run.run_id] * len(counts), pa.string()),
        "as_of_date": pa.array([day] * len(counts), pa.date32()),
    }
    return model_result(session, pa.table(published))


def _publish_file(
    session: Any,
    relations: Mapping[str, Any],
    path: Path,
    exports: Exports | None,
    state: Mapping[str, Any] | None,
    descriptions: Any,
    run: Run,
    kept: int,
    database: str | None,
    report: Report | None,
) -> tuple[dict[str, int], str | None]:
    """The number of rows of each published table, and the path of the build database."""
    # dbt keeps a transaction open on its own cursor, and one transaction writes to one file.
    cursor = session.cursor()
    [(built_in,)] = cursor.execute(
        "select path from duckdb_databases() where database_name = coalesce(?, current_database())",
        [database],
    ).fetchall()
    names = [path.name]
    if state is not None:
        names.append(state_path(path).name)
    if exports is not None:
        names.append(exports.folder)
    if report is not None:
        names.append(report.folder)
    with replaced_together(path.parent, names, run, kept) as folder:
        if state is not None:
            _refuse_other_run(cursor, path)
        counts = _write_file(cursor, folder / path.name, relations, descriptions)
        if state is not None:
            _write_file(cursor, folder / state_path(path).name, state)
        if exports is not None:
            write_exports(exports, folder)
        if report is not None:
            write_report(report, relations, descriptions, folder)
        # The macro read_state attached the state of the last run; nothing reads it any more.
        cursor.execute("detach database if exists last_run")
    # DuckDB has the path of a DuckLake as it was given.
    return counts, built_in and str(Path(built_in).absolute())


def _refuse_other_run(cursor: Any, path: Path) -> None:
    # The macro read_state attached the state of the last run.
    read = cursor.execute(
        "select path from duckdb_databases() where database_name = 'last_run'"
    ).fetchone()
    if (read[0] if read else None) != readable_state(path):
        raise ValueError(
            f"{path} is no longer the run that this run read: another run published it, or a "
            "rollback. Publishing would lose its history; run 'dbt build' again"
        )


def _write_file(
    cursor: Any, file: Path, relations: Mapping[str, Any], descriptions: Any = None
) -> dict[str, int]:
    queries = {name: relation.sql_query() for name, relation in relations.items()}
    rows = [] if descriptions is None else read_table(descriptions).to_pylist()
    declared = declarations(rows, queries)
    keyed: set[str] = set()
    path = text_literal(str(file))
    cursor.execute(f"attach {path} as publication (storage_version 'v1.0.0')")
    # One transaction: a commit for each of hundreds of comments waits for the disk.
    cursor.begin()
    try:
        counts = {
            name: create_table(cursor, name, queries[name], declared, keyed) for name in declared
        }
        if "segments" in relations:
            create_label_views(cursor)
        cursor.commit()
    except BaseException:
        cursor.rollback()
        raise
    finally:
        cursor.execute("detach publication")
    return {name: counts[name] for name in relations}


def _publish_views(
    session: Any, relations: Mapping[str, Any], schema: str, state: Mapping[str, Any] | None
) -> dict[str, int]:
    side = _write_side(session, relations, schema)
    if state is not None:
        state_side = _write_side(session, state, state_schema(schema))
    counts = {name: session.table(f"{schema}_{side}.{name}").count() for name in relations}
    _switch_views(session, relations, schema, side)
    if "segments" in relations:
        switch_label_views(session, relations, schema)
    if state is not None:
        # The state comes last: after a run that was killed before, the next one repeats its day.
        _switch_views(session, state, state_schema(schema), state_side)
    return counts


def _write_side(session: Any, relations: Mapping[str, Any], schema: str) -> str:
    """Write tables on a side that no view of ``schema`` reads, and return the side."""
    session.sql(f"create schema if not exists {schema}")
    sides_in_use = _sides_in_use(session, schema).values()
    free_sides = [side for side in _SIDES if side not in sides_in_use]
    for side in free_sides:
        session.sql(f"drop schema if exists {schema}_{side} cascade")
    unpublished = f"{schema}_{free_sides[0]}"
    session.sql(f"create schema {unpublished}")
    for name, relation in relations.items():
        relation.write.saveAsTable(f"{unpublished}.{name}")
    return free_sides[0]


def _switch_views(session: Any, relations: Mapping[str, Any], schema: str, side: str) -> None:
    for name in relations:
        session.sql(
            f"create or replace view {schema}.{name} "
            f"tblproperties ('{_SIDE_PROPERTY}' = '{side}') "
            f"as select * from {schema}_{side}.{name}"
        )
    for name in _sides_in_use(session, schema).keys() - relations.keys():
        session.sql(f"drop view if exists {schema}.{name}")


def _sides_in_use(session: Any, schema: str) -> dict[str, str]:
    """The side that each published view reads."""
    return {
        view.viewName: row.value
        for view in session.sql(f"show views in {schema}").collect()
        # Temporary views belong to no schema and are listed with every schema.
        if not view.isTemporary
        for row in session.sql(f"show tblproperties {schema}.{view.viewName}").collect()
        if row.key == _SIDE_PROPERTY
    }


def drop_unread_sides(session: Any, schema: str) -> None:
    """Spark: drop the tables of earlier runs that no view of ``schema`` reads."""
    if not session.catalog.databaseExists(schema):
        return
    read = _sides_in_use(session, schema).values()
    for side in _SIDES:
        if side not in read:
            session.sql(f"drop schema if exists {schema}_{side} cascade")
