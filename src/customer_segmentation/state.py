"""The state: the memory of earlier runs.

The state is published in the same step as the tables: on DuckDB in a file beside the published
file, on Spark in a schema beside the published schema. A failed run changes neither. The macro
``read_state`` shows it to the models as the dbt source ``state``; the model ``publication`` writes
it.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from customer_segmentation.paths import project_path

# Published as the table version of the state. Raise it if older versions of this project cannot
# read the new state.
STATE_VERSION = 3

# A DuckDB file has three headers before its blocks.
_HEADER_BYTES = 3 * 4096

# The names of databases beside the build database: those of read_state and of publication.
_ATTACHED = {"state", "last_run", "publication"}

_GIVE_UP = "or give the history up with start_history_anew: true"
_RESTORE = f"Restore it from a backup, {_GIVE_UP}"


# Versions 1 and 2 had a log of entries and exits. The first day of a segmentation was logged as
# entries because of data.
_STAYS_OF_LOG = """(
    select
        customer_id,
        segmentation,
        segment,
        change,
        logged_on as valid_from,
        lead(logged_on) over one_segment as valid_to,
        case
            when cause <> 'data' or logged_on > min(logged_on) over (partition by segmentation)
            then cause
        end as entered_because,
        lead(cause) over one_segment as left_because
    from {}
    window
        one_segment as (
            partition by customer_id, segmentation, segment order by logged_on asc, change desc
        )
)"""


class _OldTable(NamedTuple):
    """A table of an older version that held a table of the state."""

    name: str
    rows: str = "true"
    renamed: Mapping[str, str] = {}
    # The source of the rows, and columns that it adds to those of the table.
    source: str = "{}"
    added: Sequence[str] = ()


def _log(name: str) -> _OldTable:
    added = ("valid_from", "valid_to", "entered_because", "left_because")
    return _OldTable(name, "change = 'enter'", source=_STAYS_OF_LOG, added=added)


# Version 1 kept the state among the published tables. The first table that exists counts.
_OLD_TABLES: Mapping[str, Sequence[_OldTable]] = {
    "segment_history": [_log("fct_segment_changes")],
    "segmentation_days": [_OldTable("segmentation_days")],
    "erased_memberships": [
        _OldTable(
            "agg_segment_migration", "to_segment = 'erased'", renamed={"segment": "from_segment"}
        )
    ],
    "rule_memberships": [_OldTable("memory_of_rules")],
    "drift_bins": [_OldTable("memory_of_drift")],
    "rfm_cut_points": [_OldTable("memory_of_rfm_cut_points")],
    "frozen_cut_points": [
        _OldTable("memory_of_frozen_cut_points"),
        _OldTable("rfm_cut_points", "score_method = 'frozen'"),
    ],
    "cluster_model": [_OldTable("cluster_model")],
}
_VERSION_2 = {"segment_history": [_log("segment_changes")]}


def state_path(published: Path) -> Path:
    """The state file of a published file."""
    return published.with_stem(f"{published.stem}_state")


def state_schema(published: str) -> str:
    """The state schema of a published schema."""
    return f"{published}_state"


def state_file(path: str) -> str | None:
    """The DuckDB file with the state of the last run; None if no file can be read.

    Args:
        path: the published file, absolute or relative to the project.
    """
    return readable_state(Path(project_path(path)))


def readable_state(published: Path) -> str | None:
    """The same for a path as seen from the working directory."""
    published = _absolute(str(published))
    state = state_path(published)
    if unreadable(str(published)) or _state_problem(published):
        return None
    file = state if state.exists() else published
    if not file.is_file() or unreadable(str(file)):
        return None
    return str(file.resolve())


def state_relations() -> set[str]:
    """All current and earlier published names of tables of the state."""
    older = (*_OLD_TABLES.values(), *_VERSION_2.values())
    old = {table.name for tables in older for table in tables}
    return {"version", "landing_volumes", "audience_days", *_OLD_TABLES, *old}


def state_queries(
    tables: Mapping[str, Mapping[str, str]], place: str, found: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """A query per table of the source ``state``: the remembered rows, or no rows.

    Args:
        tables: the columns of every table with their SQL types (of both engines).
        place: the database or schema of the state.
        found: the existing tables with their column names. A column that an older version lacked is
            null.
    """
    queries = {}
    for name, columns in tables.items():
        candidates = _OLD_TABLES.get(name, [])
        if "version" in found:
            candidates = [_OldTable(name), *_VERSION_2.get(name, [])]
        for table in candidates:
            if table.name in found:
                columns_found = [*found[table.name], *table.added]
                selected = _selected(columns, table.renamed, columns_found)
                source = table.source.format(f"{place}.{table.name}")
                queries[name] = f"select {selected} from {source} as old_rows where {table.rows}"
                break
        else:
            queries[name] = f"select {_selected(columns, {}, ())} where 1 = 0"
    return queries


def _selected(columns: Mapping[str, str], renamed: Mapping[str, str], found: Sequence[str]) -> str:
    old_names = {column: renamed.get(column, column) for column in columns}
    return ", ".join(
        f"cast({old_names[column] if old_names[column] in found else 'null'} as {kind}) as {column}"
        for column, kind in columns.items()
    )


def other_landing_problem(
    landings: Sequence[str], days: int, landing: str, start_anew: bool
) -> str | None:
    """The reason to stop a run that would lose the history of other ``landings``.

    Args:
        landings: the other landings of the remembered days.
        days: number of those days.
        landing: the landing of this run.
        start_anew: whether the history of another landing may be lost. The history of the bundled
            sample always may.
    """
    if start_anew or set(landings) <= {"sample"}:
        return None
    return (
        f"the published state holds the history of another landing ({', '.join(sorted(landings))}, "
        f"days: {days}), which this run of landing '{landing}' would replace. Publish elsewhere "
        "(publish_path and service_publish_path in another folder, or publish_schema and "
        "service_publish_schema), or give up that history with start_history_anew: true"
    )


def unreadable(path: str, table: str | None = None) -> str | None:
    """The problem of a published file or its state; None without a problem or without a file.

    Args:
        path: the published file, absolute or relative to the project.
        table: a table in every published file, to recognise databases of others.
    """
    file = _absolute(project_path(path))
    current = file.with_name(f".{file.name}.current")
    if not file.exists():
        if file.is_symlink():
            return f"the published file {file} is a broken link. {_RESTORE}"
        if current.is_symlink():
            return (
                f"the published file {file} is missing, but {current.name} beside it belongs to "
                f"it: it was moved or deleted without its hidden files. {_RESTORE}"
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
        # DuckDB notices missing blocks only when it reads them. Free blocks at the end are not
        # in the file.
        [(expected,)] = connection.execute(
            f"select {_HEADER_BYTES} + block_size * used_blocks from pragma_database_size()"
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
        for name in tables & {"version", "memory_version"}:
            [(version,)] = connection.execute(f"select max(version) from {name}").fetchall()
            return newer_version(str(file), version)
        return None


def newer_version(place: str, version: int | None) -> str | None:
    """The problem of a state that a newer version of the project wrote, or None."""
    if version is None or version <= STATE_VERSION:
        return None
    return (
        f"a newer version of this project published {place} (state version {version}; this one "
        f"reads {STATE_VERSION}). Update the project, {_GIVE_UP}"
    )


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in connection.execute("show tables").fetchall()}


def _state_problem(published: Path) -> str | None:
    """The problem of the state of a readable published file."""
    state = state_path(published)
    if state.exists():
        return unreadable(str(state), "version")
    if not published.exists():
        return None
    with duckdb.connect(str(published), read_only=True) as connection:
        return missing_state(str(published), str(state), _tables(connection))


def missing_state(published: str, state: str, tables: Iterable[str]) -> str | None:
    """The problem of published ``tables`` without a state; None if version 1 published them."""
    if any(name.startswith("memory_") for name in tables):
        return None
    return f"the state {state} is missing, which belongs to {published}. {_RESTORE}"


def database_problem(path: str, database: str) -> str | None:
    """The reason not to build in ``database``: its name or its place is taken; None if it is free.

    Args:
        path: the published file, absolute or relative to the project.
        database: the build database, absolute or relative to the working directory.
    """
    file, built = _absolute(project_path(path)), _absolute(database)
    for other in (file, state_path(file)):
        if built == other or built.resolve() == other.resolve():
            return (
                f"the build database {built} has the place of a file that the run publishes. "
                "Set SEGMENTS_DATABASE to another path"
            )
    if built.stem in _ATTACHED:
        return (
            f"the build database {built} has the name {built.stem}, which a run gives to a "
            "database beside it. Set SEGMENTS_DATABASE to a file with another name"
        )
    return None


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
    """The reason not to publish to the file ``path``; None if publishing is allowed.

    The build database says where the last run published. The place is the same if the absolute path
    is the same, or the path relative to the build database (both were moved together).

    Args:
        path: the file, absolute or relative to the project.
        table: a table in every file that is published there.
        has_history: whether the next run reads the published file.
        database: the build database, absolute or relative to the working directory.
        was_published: whether the build database says that a run was published.
        last_place: absolute path of the last published file according to the build database; None
            if an older version of this project built it.
        last_database: absolute path of the build database then.
        last_day: the day of that run.
    """
    problem = unreadable(path, table)
    file = _absolute(project_path(path))
    if has_history and not problem:
        problem = _state_problem(file)
    if problem:
        # A file without a history is replaced, unless it belongs to others.
        return problem if has_history or "has not published" in problem else None
    is_elsewhere = last_place and not _is_same_place(file, database, last_place, last_database)
    if is_elsewhere and _is_behind(file, last_day if has_history else None):
        setting = "SEGMENTS_PUBLISHED" if has_history else "SEGMENTS_SERVICE_PUBLISHED"
        return (
            f"the last run published {last_place}, but this one would publish {file}, which does "
            "not continue its history. Does it run in a copy of the project? Set the environment "
            f"variable {setting} to the absolute path of the published file, {_GIVE_UP}"
        )
    if has_history and was_published and not file.exists():
        return f"the published file {file} is missing, which the last run published. {_RESTORE}"
    return None


def views_problem(
    schema: str,
    sides: Mapping[str, Mapping[str, str | None]],
    tables: Mapping[str, Sequence[str]],
    version: int | None,
    *,
    has_history: bool,
    was_published: bool = False,
    last_place: str | None = None,
) -> str | None:
    """The same for Spark, where views of ``schema`` and of its state read tables of one side.

    A run that was killed while it switched views leaves two sides. The published tables are all
    switched again by the next run, but the state of two runs is the state of no day.

    Args:
        schema: the schema of the published views.
        sides: the side that each view reads, for each of the two schemas.
        tables: the names of the tables of each side.
        version: the version of the state, if known.
        has_history: as for files.
        was_published: as for files.
        last_place: the last published schema according to the build database.
    """
    if not has_history:
        return None
    for place, views in sides.items():
        dangling = [
            view
            for view, side in sorted(views.items())
            if view not in tables.get(f"{place}_{side}", ())
        ]
        if dangling:
            return (
                f"views of schema {place} read missing tables: {', '.join(dangling)}. "
                f"Restore the tables, {_GIVE_UP}"
            )
    if not sides[schema]:
        if not was_published:
            return None
        if last_place and last_place != schema:
            return (
                f"the last run published the schema {last_place}, but this one would publish "
                f"{schema}, which is empty. Set publish_schema: {last_place}, {_GIVE_UP}"
            )
        return (
            f"the views of schema {schema} are missing, which the last run published. "
            f"Restore the schema, {_GIVE_UP}"
        )
    state = state_schema(schema)
    if not sides[state]:
        return missing_state(f"the schema {schema}", f"schema {state}", sides[schema])
    used = sorted({f"{state}_{side}" for side in sides[state].values()})
    if len(used) > 1:
        return (
            f"views of schema {state} read tables of two runs ({', '.join(used)}), because a run "
            "was killed while it published. Let all of these views read the schema of the later "
            f"run, {_GIVE_UP}"
        )
    return newer_version(f"the schema {state}", version)


def _absolute(path: str) -> Path:
    # Not the file itself, which is a link.
    return Path(path).parent.resolve() / Path(path).name


def _is_same_place(file: Path, database: str, last_place: str, last_database: str | None) -> bool:
    if str(file) == last_place:
        return True
    if not last_database:
        return False
    beside = os.path.relpath(file, _absolute(database).parent)
    return beside == os.path.relpath(last_place, Path(last_database).parent)


def _is_behind(file: Path, last_day: date | str | None) -> bool:
    """Whether a file is missing, or its history ends before the day of the last run."""
    if not file.exists():
        return True
    if last_day is None:
        return False
    with duckdb.connect(str(file), read_only=True) as connection:
        if "segmentation_days" not in _tables(connection):
            return True
        query = "select max(logged_on) < cast(? as date) from segmentation_days"
        return connection.execute(query, [str(last_day)]).fetchone() != (False,)
