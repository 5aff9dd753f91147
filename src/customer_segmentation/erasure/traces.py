"""Remove traces of erased people outside of tables: free blocks, pages and earlier runs."""

import shutil
from collections.abc import Mapping, Sequence
from hashlib import md5
from pathlib import Path
from typing import Any

import pyarrow as pa

from customer_segmentation.publishing import drop_unread_sides
from customer_segmentation.relations import is_spark, model_result, read_table
from customer_segmentation.switching import remove_earlier_runs

_SCHEMA = pa.schema({"clearing_no": pa.int64(), "fingerprint": pa.string()})

# Rows beyond those that the free blocks hold, so that every free block is overwritten.
_SPARE_ROWS = 4 * 122_880


def clear_traces(
    session: Any,
    erased: Any,
    cleared: Mapping[str, Any] | None,
    docs_directory: Path | None,
    run_id: str,
    published: Sequence[Path] = (),
    schemas: Sequence[str] = (),
    database: str = "",
) -> Any:
    """Clear the traces of erased people; return a fingerprint of them for the next run.

    Nothing is done if the erased people are the same as in the last clearing. After a run that was
    killed before the end, the next run clears again.

    Args:
        session: the session of the dbt Python model.
        erased: the relation of the model erased_keys.
        cleared: the result of the last clearing, None before the first.
        docs_directory: the folder of the data docs, with one folder per run.
        run_id: this run; its data docs are kept.
        published: the published files and folders; earlier runs of them are removed.
        schemas: Spark: the schemas of published views.
        database: DuckDB: the name of the build database.
    """
    last = cleared or {"clearing_no": 0, "fingerprint": ""}
    hashes = sorted(read_table(erased)["key_hash"].to_pylist())
    fingerprint = md5(" ".join(hashes).encode()).hexdigest() if hashes else ""
    rows = []
    if fingerprint != last["fingerprint"]:
        rows = [{"clearing_no": last["clearing_no"] + 1, "fingerprint": fingerprint}]
        if hashes and docs_directory is not None:
            remove_other_docs(docs_directory, run_id)
        for path in published if hashes else ():
            remove_earlier_runs(path)
        if hashes and is_spark(session):
            for schema in schemas:
                drop_unread_sides(session, schema)
        elif hashes and _is_lake(session, database):
            forget_snapshots(session, database)
        elif hashes:
            overwrite_free_blocks(session)
    return model_result(session, pa.Table.from_pylist(rows, _SCHEMA))


def remove_other_docs(docs_directory: Path, run_id: str) -> None:
    """Remove the data docs of all other runs, because they show keys of rows that broke a rule."""
    if docs_directory.is_dir():
        for folder in docs_directory.iterdir():
            if folder.name != run_id:
                shutil.rmtree(folder)


def _is_lake(session: Any, database: str) -> bool:
    """Whether a database is a DuckLake, whose tables are files."""
    # A cursor of its own, because a query of dbt's cursor begins a transaction.
    lakes = session.cursor().execute(
        "select database_name from duckdb_databases() where type = 'ducklake'"
    )
    return (database,) in lakes.fetchall()


def forget_snapshots(session: Any, database: str) -> None:
    """Remove what a DuckLake keeps of the tables before: earlier snapshots and their files."""
    cursor = session.cursor()
    cursor.execute(f"call ducklake_expire_snapshots('{database}', older_than => now())")
    cursor.execute(f"call ducklake_cleanup_old_files('{database}', cleanup_all => true)")


def overwrite_free_blocks(session: Any) -> None:
    """Overwrite the blocks of the DuckDB file that no table uses.

    DuckDB frees the blocks of a replaced table and keeps their content until it needs them. A
    temporary table of numbers that cannot be compressed fills the blocks of data. Free parts of
    metadata blocks hold names of tables and the minimum and maximum of text columns. A table
    without rows fills these parts, because each of its columns takes more than half a part.

    Parts in use can end with older content. Therefore DuckDB writes all metadata again between two
    rounds: after the first round, it can only use parts that were overwritten.
    """
    # dbt keeps a transaction open on its own cursor.
    cursor = session.cursor()
    cursor.execute("set global experimental_metadata_reuse = false")
    cursor.execute("checkpoint")
    try:
        for fillers in ({"numbers": _numbers, "columns": _columns}, {"columns": _columns}):
            for name, filler in fillers.items():
                # A killed run leaves its tables.
                cursor.execute(
                    f"create or replace table main.overwritten_{name} as {filler(cursor)}"
                )
            cursor.execute("checkpoint")
            for name in fillers:
                cursor.execute(f"drop table main.overwritten_{name}")
            cursor.execute("checkpoint")
    finally:
        for name in ("numbers", "columns"):
            cursor.execute(f"drop table if exists main.overwritten_{name}")
        cursor.execute("reset global experimental_metadata_reuse")


def _numbers(cursor: Any) -> str:
    """A query of more numbers than the free blocks hold."""
    [rows] = cursor.execute(
        "select free_blocks * block_size // 8 from pragma_database_size() "
        "where database_name = current_database()"
    ).fetchone()
    return f"select hash(range) as number from range({rows + _SPARE_ROWS})"


def _columns(cursor: Any) -> str:
    """A query without rows, of more columns than the free parts of metadata blocks hold."""
    [parts] = cursor.execute("select sum(free_blocks) from pragma_metadata_info()").fetchone()
    columns = ", ".join(f"null as c{number}" for number in range(2 * parts + 1))
    return f"select {columns} limit 0"
