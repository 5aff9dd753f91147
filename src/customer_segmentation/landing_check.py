"""`make check`: read, stage and check a landing, and print what it has for the contract."""

import gc
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import duckdb
import yaml  # type: ignore[import-untyped]
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.parser import read_files
from rich.console import Console

from customer_segmentation.report import data_table, print_list

Columns = dict[str, dict[str, list[str]]]

_TABLES = """
    select table_name, is_supplied, rows_landed, rows_staged, rows_quarantined,
        rows_landed - rows_staged - rows_quarantined
    from landing_row_counts
"""
_REASONS = """
    select table_name || ': ' || quarantine_reason || coalesce(', such as ' || value_shapes, ''),
        row_count
    from quarantine_reasons
    order by table_name, row_count desc, quarantine_reason
"""
_WORDS = """
    select item || ': ' || word || ', ' || reading, row_count
    from unknown_words
    order by item, row_count desc, word
"""
_GATES = ("gate_crm", "gate_service", "gate_shop", "gate_web")


# Its parse stays for the next check.
_FOLDER = Path("target/check")

# The folders that a check needs; to parse the others takes half of the time.
_READ = ("models/landing/", "models/staging/", "models/state/", "tests/generic/")


def check_landing(variables: str, target: str, console: Console) -> bool:
    """Read, stage and check a landing with dbt, and print what it has for the contract.

    The build database is in memory, because it has personal data and ends with the check.

    Args:
        variables: the vars of dbt as YAML.
        target: a target of the profile; empty for the profile's own.
        console: the console to print to.

    Returns:
        Whether the landing passes its gates.

    Raises:
        ValueError: the target is not DuckDB.
    """
    if target and (engine := _engine(target)) != "duckdb":
        raise ValueError(
            f"make check reads the landing with DuckDB, and the target {target} is {engine}: leave "
            "TARGET out, or run make build"
        )
    # Hardly anything that dbt makes is garbage, and the search for it takes a seventh of the time.
    gc.disable()
    if not _has_own_models(variables):
        # In the place of a .dbtignore, of which dbt has one for all commands.
        unread = SimpleNamespace(match_file=_is_unread)
        read_files.generate_dbt_ignore_spec = lambda _: unread
    os.environ["SEGMENTS_DATABASE"] = ":memory:"
    arguments = ["--quiet", "--no-write-json", "--log-level-file", "none", "build"]
    arguments += ["--selector", "landing_check", "--target-path", str(_FOLDER), "--vars", variables]
    # Statements over few rows take one core.
    arguments += ["--threads", "2", *(["--target", target] if target else [])]
    try:
        if not dbtRunner().invoke(arguments).success:
            return False
        connection = DuckDBConnectionManager.env().handle().cursor()
        connection.execute("use segments_quality")
        return print_landing(connection, console)
    finally:
        # The process ends without a search for garbage.
        gc.freeze()
        shutil.rmtree(_FOLDER / "landing_copies", ignore_errors=True)


def _is_unread(path: str) -> bool:
    folder, name = path.split("/", 1)
    if folder not in ("models", "tests") or path.endswith(".md") or name == "_groups.yml":
        return False
    return path.endswith("unit_tests.yml") or not path.startswith(_READ)


def _has_own_models(variables: str) -> bool:
    """Whether models of the user, in any folder, are landed; dbt says itself if vars are wrong."""
    project = yaml.safe_load(Path("dbt_project.yml").read_text(encoding="utf-8"))
    try:
        given = dict(yaml.safe_load(variables) or {})
    except (yaml.YAMLError, TypeError, ValueError):
        return False
    return bool({**project["vars"], **given}["landing"] == "refs")


def _engine(target: str) -> str:
    """The type of a target in the profile; dbt says itself if there is none."""
    profiles = Path(os.environ.get("DBT_PROFILES_DIR", "profiles")) / "profiles.yml"
    outputs = yaml.safe_load(profiles.read_text(encoding="utf-8"))["customer_segmentation"][
        "outputs"
    ]
    return str(outputs.get(target, {}).get("type", "duckdb"))


def print_landing(connection: duckdb.DuckDBPyConnection, console: Console) -> bool:
    """Print a landing and its gates; the ``connection`` finds their models by name."""
    tables = connection.execute(_TABLES).fetchall()
    reasons = [_counted(*row) for row in connection.execute(_REASONS).fetchall()]
    words = [_counted(*row) for row in connection.execute(_WORDS).fetchall()]
    columns: Columns = defaultdict(lambda: defaultdict(list))
    for table, column, state, nearest, filled in connection.execute(
        "select * from landed_columns"
    ).fetchall():
        if state == "found":
            state = "filled" if filled else "empty"
        # Most businesses have one shop. Tables that are missing are listed by themselves.
        if state != "missing" or column not in (None, "source_shop"):
            name = column or table
            columns[table][state].append(f"{name} (perhaps {nearest})" if nearest else name)
    gates = " union all ".join(
        f"select severity, message from {gate} where not passed" for gate in _GATES
    )
    failures = connection.execute(f"{gates} order by all").fetchall()

    supplied = [row for row in tables if row[1]]
    states = ("filled", "empty", "missing")
    listing = data_table("Landing", "table", "rows", "usable", "rejected", "others", *states, "")
    for table, _, *counts in supplied:
        counts += [len(columns[table][state]) for state in states]
        listing.add_row(table, *(f"{count:,}" for count in counts), "")
    console.print(listing)
    print_list(console, "Columns", _notes(columns))
    missing = [row[0] for row in tables if not row[1]]
    print_list(console, "Tables that are not supplied", [", ".join(missing)] if missing else [])
    print_list(console, "Rejected rows", reasons)
    print_list(console, "Unknown words", words)
    critical = [message for severity, message in failures if severity == "critical"]
    print_list(console, "Warnings", [text for severity, text in failures if severity != "critical"])
    print_list(console, "The build would stop", critical)
    if not critical:
        console.print("\nThe landing passes its gates: run [bold]make build[/].")
    return not critical


def _counted(text: str, rows: int) -> str:
    return f"{text} ({rows:,} {'row' if rows == 1 else 'rows'})"


def _notes(columns: Columns) -> Iterator[str]:
    for table, states in columns.items():
        for state, words in (("unknown", "not read"), ("missing", "missing"), ("empty", "empty")):
            if states[state]:
                yield f"{table}: {words}: {', '.join(sorted(states[state]))}"
