"""What the last run published, read as the memory of this one.

The published tables are the only ones that outlive the build database, and a run that failed has
not changed them: whatever a run has to remember of the runs before it is published.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from customer_segmentation.paths import project_path
from customer_segmentation.relations import is_spark

# Published as the table memory_version. To be raised when an older version of this project can no
# longer read what a newer one publishes.
MEMORY_VERSION = 1

# Three headers come before the blocks of a DuckDB file.
_HEADER_BYTES = 3 * 4096

_GIVE_UP = "or give the history up with start_history_anew: true"
_RESTORE = f"Restore it from a backup, {_GIVE_UP}"


def remembered(
    session: Any,
    names: Sequence[str],
    columns: Mapping[str, str],
    *,
    path: str,
    schema: str,
    start_anew: bool = False,
) -> Any:
    """The rows that the last run published; none where nothing is published.

    What an older version published is read too: a column that it did not have is null.

    Rows are passed on as they are read, so that a table of any size will do.

    Args:
        session: what dbt gives a Python model: a DuckDB connection or a Spark session.
        names: published names of the table, today's first; the first that is published counts.
        columns: those wanted, with their SQL type (of both engines).
        path: DuckDB: the published file, absolute or relative to the project.
        schema: Spark: the schema of the published views.
        start_anew: read nothing where the published file cannot be read.

    Raises:
        TypeError: ``names`` is one name and no list of names.
        ValueError: DuckDB: the published file cannot be read.
    """
    if isinstance(names, str):
        raise TypeError(f"names is {names!r}; expected a list of names")
    if is_spark(session):
        views = [f"{schema}.{name}" for name in names]
        for view in filter(session.catalog.tableExists, views):
            table = session.table(view)
            return table.selectExpr(*_typed(columns, table.columns))
    else:
        problem = unreadable(path)
        if problem and not start_anew:
            raise ValueError(problem)
        file = Path(project_path(path))
        if file.is_file() and not problem:
            published = duckdb.connect(str(file), read_only=True)
            for name in filter(_tables(published).__contains__, names):
                table = published.table(name)
                # The reader holds the connection for as long as there is something to read.
                rows = table.project(", ".join(_typed(columns, table.columns)))
                return session.from_arrow(rows.to_arrow_reader())
    return session.sql(f"select {', '.join(_typed(columns, ()))} limit 0")


def _typed(columns: Mapping[str, str], known: Sequence[str]) -> list[str]:
    return [
        f"cast({column if column in known else 'null'} as {kind}) as {column}"
        for column, kind in columns.items()
    ]


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in connection.execute("show tables").fetchall()}


def unreadable(path: str, table: str | None = None) -> str | None:
    """What is wrong with a published file, and what to do; None for nothing, or no file at all.

    Args:
        path: the published file, absolute or relative to the project.
        table: one that every published file has, to tell it from somebody else's database.
    """
    file = _absolute(project_path(path))
    current = file.with_name(f".{file.name}.current")
    if not file.exists():
        if file.is_symlink():
            return f"the published file {file} is a link to what is not there. {_RESTORE}"
        if current.is_symlink():
            return (
                f"the published file {file} is missing, but {current.name} beside it belongs to "
                f"it: it was moved or deleted without what is hidden. {_RESTORE}"
            )
        return None
    if not file.is_file():
        return f"the published file {file} is a folder. Publish to another path, {_GIVE_UP}"
    try:
        return _unreadable_file(file, table)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        return f"the published file {file} cannot be read ({reason}). {_RESTORE}"


def _unreadable_file(file: Path, table: str | None) -> str | None:
    with duckdb.connect(str(file), read_only=True) as connection:
        # Blocks of a file that was cut off are missed only when something reads them.
        [(expected,)] = connection.execute(
            f"select {_HEADER_BYTES} + block_size * total_blocks from pragma_database_size()"
        ).fetchall()
        size = file.stat().st_size
        if size < expected:
            return (
                f"the published file {file} was cut off: it has {size} bytes of {expected}. "
                f"{_RESTORE}"
            )
        tables = _tables(connection)
        if table and table not in tables:
            return (
                f"the file {file} is a database that this project has not published. "
                f"Publish to another path, {_GIVE_UP}"
            )
        if "memory_version" not in tables:
            return None
        [(version,)] = connection.execute("select max(version) from memory_version").fetchall()
        return newer_version(str(file), version)


def newer_version(place: str, version: int | None) -> str | None:
    """What is wrong with state of this ``version``, if a newer version of the project wrote it."""
    if version is None or version <= MEMORY_VERSION:
        return None
    return (
        f"a newer version of this project published {place} (memory version {version}; this one "
        f"reads {MEMORY_VERSION}). Update the project, {_GIVE_UP}"
    )


def publication_problem(
    path: str,
    table: str,
    *,
    has_history: bool,
    database: str,
    was_published: bool = False,
    last_place: str | None = None,
    last_database: str | None = None,
    last_day: date | str | None = None,
) -> str | None:
    """Why a run must not publish to the file ``path``; None where it may.

    The build database tells where the run before published. The same place is the same absolute
    path, or the same path seen from the build database: both have moved together.

    Args:
        path: the file, absolute or relative to the project.
        table: one that every file published there has.
        has_history: whether the next run reads what is published.
        database: the build database, absolute or relative to the working directory.
        was_published: whether the build database says that anything was.
        last_place: absolute path of the file that the build database says was published; None
            where a version of this project built it that did not say so.
        last_database: absolute path of the build database then.
        last_day: the day of that run.
    """
    problem = unreadable(path, table)
    if problem:
        # What has no history is written anew, unless it is not ours.
        return problem if has_history or "has not published" in problem else None
    file = _absolute(project_path(path))
    is_elsewhere = last_place and not _is_same_place(file, database, last_place, last_database)
    if is_elsewhere and _is_behind(file, last_day if has_history else None):
        setting = "SEGMENTS_PUBLISHED" if has_history else "SEGMENTS_SERVICE_PUBLISHED"
        return (
            f"the last run published {last_place}, but this one would publish {file}, which does "
            "not go on from there: does it run in a copy of the project? Set the environment "
            f"variable {setting} to the absolute path of the published file, {_GIVE_UP}"
        )
    if has_history and was_published and not file.exists():
        return f"the published file {file} is missing, which the last run published. {_RESTORE}"
    return None


def views_problem(
    schema: str,
    views: Sequence[str],
    tables: Sequence[str],
    version: int | None,
    *,
    has_history: bool,
    was_published: bool = False,
    last_place: str | None = None,
) -> str | None:
    """The same for the views of a ``schema`` of Spark, and the ``tables`` that they read."""
    dangling = sorted(set(views) - set(tables))
    if not has_history:
        return None
    if dangling:
        return (
            f"views of schema {schema} read tables that are not there: {', '.join(dangling)}. "
            f"Restore the tables, {_GIVE_UP}"
        )
    if was_published and not views:
        if last_place and last_place != schema:
            return (
                f"the last run published the schema {last_place}, but this one would publish "
                f"{schema}, where nothing is. Set publish_schema: {last_place}, {_GIVE_UP}"
            )
        return (
            f"the views of schema {schema} are missing, which the last run published. "
            f"Restore the schema, {_GIVE_UP}"
        )
    return newer_version(f"the schema {schema}", version)


def _absolute(path: str) -> Path:
    # Not the file, which is a link itself.
    return Path(path).parent.resolve() / Path(path).name


def _is_same_place(file: Path, database: str, last_place: str, last_database: str | None) -> bool:
    if str(file) == last_place:
        return True
    if not last_database:
        return False
    beside = os.path.relpath(file, _absolute(database).parent)
    return beside == os.path.relpath(last_place, Path(last_database).parent)


def _is_behind(file: Path, last_day: date | str | None) -> bool:
    """Whether a file is not there, or its history ends before the day of the last run."""
    if not file.exists():
        return True
    if last_day is None:
        return False
    with duckdb.connect(str(file), read_only=True) as connection:
        if "segmentation_days" not in _tables(connection):
            return True
        query = "select max(logged_on) < cast(? as date) from segmentation_days"
        return connection.execute(query, [str(last_day)]).fetchone() != (False,)


def days_of_landing(days: pa.Table, landing: str, start_anew: bool) -> pa.Table:
    """The logged ``days``, one history at a time: those of ``landing``, or none to start anew.

    Args:
        days: what the last run published, with the column ``landing``. Days of an unknown landing
            are of this one.
        landing: where this run's tables come from.
        start_anew: whether the history of another landing may be lost. That of the bundled sample
            always may.

    Raises:
        ValueError: publishing would lose the history of another landing.
    """
    days = days.set_column(
        days.schema.get_field_index("landing"), "landing", pc.fill_null(days["landing"], landing)
    )
    others = sorted(set(days["landing"].to_pylist()) - {landing})
    if others and others != ["sample"] and not start_anew:
        count = pc.count_distinct(days["logged_on"]).as_py()
        raise ValueError(
            f"what is published holds the history of another landing ({', '.join(others)}, days: "
            f"{count}), which this run of landing '{landing}' would replace. Publish elsewhere "
            "(publish_path and service_publish_path in another folder, or publish_schema and "
            "service_publish_schema), or give up that history with start_history_anew: true"
        )
    return days.slice(0, 0) if others else days
