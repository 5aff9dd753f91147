"""A copy of the dbt project for end-to-end tests."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import duckdb
import pytest
from shared_parses import share_parse, take_parse

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "seeds" / "sample"

# Real data with published results, beside the repository; a user's checkout has none.
SHARED_DATA = Path(
    os.environ.get("SEGMENTS_SHARED_DATA", REPOSITORY.parent / "shared" / "data")
).absolute()

# The files of unit tests.
_UNIT_TESTS = "_*__unit_tests.yml"

# Everything that dbt reads.
_PARTS = ("dbt_project.yml", "selectors.yml", "profiles", "macros", "models", "seeds", "tests")


# The vars of a build from the files of ``Project.land_files``.
FILES = {
    "landing": "files",
    "landing_path": "landing",
    # The sample includes places of IP addresses; projects with files supply them.
    "ip_ranges_path": "seeds/demo/demo_ip_ranges.csv",
    "use_examples": True,
}

# Without artifacts and logs, which no test reads.
LEAN = ("--no-write-json", "--log-level-file", "none")

# For a database with seeds, which no landing changes.
SEEDED = ("--exclude-resource-type", "seed")

Rows = list[dict[str, str]]
Tables = Mapping[str, list[tuple[Any, ...]]]

# The tests of a build: all; all but those of seeds, which every landing shares; or none, not even
# at gates, if only the published tables matter.
Tests = Literal["all", "data", "none"]


@cache
def _dbt_server() -> subprocess.Popen[str]:
    """The process that runs dbt; it ends with this process, which closes its input."""
    script = Path(__file__).with_name("dbt_server.py")
    return subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@dataclass(frozen=True)
class Project:
    """A copy of the project with its own database and published file.

    A copy keeps the parsed project. Projects also share what is parsed in the folder ``parses``.
    """

    root: Path
    parses: ClassVar[Path]

    @classmethod
    def copy_to(
        cls, root: Path, unit_tests: str | None = None, *, one_thread: bool = True
    ) -> "Project":
        """Copies the files of dbt into the folder ``root``.

        Only unit tests below the folder ``unit_tests`` are copied, and run in the target ci,
        because dbt parses them slowly. Tests run in a process per core, so DuckDB has one thread.
        """
        for part in _PARTS:
            source = REPOSITORY / part
            if source.is_dir():
                unwanted = shutil.ignore_patterns("__pycache__", "python", "consumer", _UNIT_TESTS)
                shutil.copytree(source, root / part, ignore=unwanted)
            else:
                root.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, root / part)
        project = cls(root)
        if unit_tests:
            project.take_unit_tests(unit_tests)
        if one_thread:
            profile = root / "profiles" / "profiles.yml"
            text = profile.read_text(encoding="utf-8")
            assert "{TimeZone: UTC, " in text
            profile.write_text(text.replace("TimeZone: UTC", "TimeZone: UTC, threads: 1"))
        return project

    def take_unit_tests(self, folder: str) -> None:
        """Adds the unit tests below ``folder`` of the project."""
        for file in (REPOSITORY / folder).rglob(_UNIT_TESTS):
            shutil.copy(file, self.root / file.relative_to(REPOSITORY))

    def copy(self, root: Path) -> "Project":
        """A copy in the folder ``root``, with everything parsed, built and published."""
        shutil.copytree(self.root, root, symlinks=True)
        return Project(root)

    @property
    def warehouse(self) -> Path:
        """The build database."""
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The published file."""
        return self.root / "published" / "customer_segments.duckdb"

    @property
    def landing(self) -> Path:
        """The folder for landing files."""
        return self.root / "landing"

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the last run."""
        text = (self.root / "target" / "manifest.json").read_text(encoding="utf-8")
        manifest: dict[str, Any] = json.loads(text)
        return manifest

    def command(self, *arguments: str, variables: Mapping[str, Any] | None = None) -> list[str]:
        """A dbt command line. Vars are JSON, which is valid YAML for any path."""
        return [
            str(Path(sys.executable).with_name("dbt")),
            "--no-use-colors",
            *arguments,
            *(() if "--target" in arguments else ("--target", "ci")),
            *("--vars", json.dumps(dict(variables or {}), default=str)),
        ]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the command."""
        return {
            **os.environ,
            "DBT_PROFILES_DIR": "profiles",
            # Relative, because dbt parses everything again if a connection changes.
            "SEGMENTS_DATABASE": self.warehouse.name,
        }

    def dbt(
        self, *arguments: str, variables: Mapping[str, Any] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs dbt in the copy and returns the completed process, with all output as stdout."""
        command = self.command(*arguments, variables=variables)
        output = self.root / "output.txt"
        task = {
            "arguments": command[1:],
            "cwd": str(self.root),
            "environment": self.environment,
            "output": str(output),
        }
        arguments_of_parse = command[command.index("--target") + 1], json.loads(command[-1])
        take_parse(self.parses, self.root, *arguments_of_parse)
        server = _dbt_server()
        assert server.stdin and server.stdout
        server.stdin.write(json.dumps(task) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        share_parse(self.parses, self.root, *arguments_of_parse)
        # A copy of the database would lack what is only in its log.
        assert not self.warehouse.with_suffix(".duckdb.wal").exists()
        return subprocess.CompletedProcess(command, code, output.read_text(encoding="utf-8"))

    def done(self, *arguments: str, variables: Mapping[str, Any] | None = None) -> str:
        """Output of dbt in the copy; a failure shows the end of it."""
        run = self.dbt(*arguments, variables=variables)
        assert run.returncode == 0, run.stdout[-4000:]
        return run.stdout

    def refused(self, *arguments: str, variables: Mapping[str, Any] | None = None) -> str:
        """Output of dbt in the copy, which has to fail."""
        run = self.dbt(*arguments, variables=variables)
        assert run.returncode != 0
        return run.stdout

    def parse(self, variables: Mapping[str, Any] | None = None) -> None:
        """Parses the project for later commands with the same vars, also in copies."""
        self.done("parse", variables=variables)

    def build_arguments(self, tests: Tests = "data") -> list[str]:
        """The arguments of dbt for a build with these tests."""
        excluded = {
            "all": [],
            "data": ["--exclude", "resource_type:test,path:seeds"],
            "none": ["--exclude", "resource_type:test"],
        }
        return ["--no-write-json", "build", *excluded[tests]]

    def build(
        self, variables: Mapping[str, Any] | None = None, *arguments: str, tests: Tests = "data"
    ) -> None:
        """Builds and keeps the output of dbt; a failure shows its end."""
        # Writing every statement to the log is slow; the log of one build is tested.
        log = () if tests == "all" else ("--log-level-file", "none")
        output = self.done(*log, *self.build_arguments(tests), *arguments, variables=variables)
        self.printed.write_text(output, encoding="utf-8")

    def build_models(
        self, variables: Mapping[str, Any], *models: str, tests: Tests = "data"
    ) -> None:
        """Builds models and all that they read, for tests that need no publication."""
        selection = ["--select", *(f"+{model}" for model in models)]
        selection += ["--indirect-selection", "buildable"]
        self.build(variables, *selection, tests=tests)

    @property
    def printed(self) -> Path:
        """The output of the last successful build."""
        return self.root / "printed.txt"

    def land_files(self, change: Callable[[str, Rows], Rows | None]) -> None:
        """Writes the sample as landing files, each table changed by ``change``."""
        self.landing.mkdir()
        for seed in sorted(SAMPLE.glob("sample_*.csv")):
            table = seed.stem.removeprefix("sample_")
            with seed.open(newline="", encoding="utf-8") as file:
                reader = csv.DictReader(file)
                rows = change(table, list(reader))
                columns = list(rows[0]) if rows else list(reader.fieldnames or [])
            if rows is None:
                continue
            with (self.landing / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)

    def let_parts_be_selected(self) -> None:
        """Removes the check of the selection, so that only publication can refuse."""
        whole = self.root / "macros" / "project" / "check_published_whole.sql"
        _replace(whole, "{%- if execute -%}", "{%- if false -%}")

    def let_parts_be_published(self) -> None:
        """Removes all checks that refuse a part of a build, for tests of parts."""
        self.let_parts_be_selected()
        for name in ("publication.py", "service_publication.py"):
            publication = self.root / "models" / "publishing" / name
            _replace(publication, "    require_gates(", "    (lambda *_, **__: None)(")

    def forget_builds(self) -> None:
        """Removes all built, published and landed data, but keeps the parsed project."""
        for file in (self.warehouse, self.warehouse.with_suffix(".duckdb.wal")):
            file.unlink(missing_ok=True)
        for folder in (self.published.parent, self.landing):
            shutil.rmtree(folder, ignore_errors=True)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the published file."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def warehouse_rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the build database."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def published_tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every published table, in a fixed order of rows."""
        names = self.rows("select table_name from duckdb_tables() order by table_name")
        return {name: self.rows(f"select * from {name} order by all") for (name,) in names}

    @property
    def state(self) -> Path:
        """The file of the state."""
        return self.published.with_name("customer_segments_state.duckdb")

    def state_rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the state."""
        with duckdb.connect(str(self.state), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def state_tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table of the state, in a fixed order of rows."""
        names = self.state_rows("select table_name from duckdb_tables() order by table_name")
        return {name: self.state_rows(f"select * from {name} order by all") for (name,) in names}

    def change_state(self, *statements: str) -> None:
        """Changes the state for the next run."""
        with duckdb.connect(str(self.state)) as connection:
            connection.execute("; ".join(statements))

    def service_cards(self) -> list[tuple[Any, ...]]:
        """The published cards of the service."""
        file = self.published.with_name("service_cards.duckdb")
        with duckdb.connect(str(file), read_only=True) as connection:
            return connection.execute("from service_cards order by all").fetchall()


def csv_rows(file: Path) -> Rows:
    """The rows of a CSV file, each by the names of its columns."""
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def sample_rows(table: str) -> Rows:
    """The rows of a landing table of the sample."""
    return csv_rows(SAMPLE / f"sample_{table}.csv")


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, file
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def passed_unit_tests(printed: str) -> list[str]:
    """The unit tests that passed, from the output of dbt."""
    return re.findall(r" PASS \w+::(\w+)", printed)


def needs_data(name: str, *paths: Path) -> pytest.MarkDecorator:
    """Skips tests if the data ``name`` are not in ``SHARED_DATA``."""
    return pytest.mark.skipif(
        not all(path.exists() for path in paths),
        reason=f"{name} is not in {SHARED_DATA} (set SEGMENTS_SHARED_DATA)",
    )


def differences(actual: Tables, expected: Tables) -> list[str]:
    """Differences between published tables: number of rows and five examples per table."""
    found = [f"{table}: not expected" for table in sorted(actual.keys() - expected.keys())]
    found += [f"{table}: not published" for table in sorted(expected.keys() - actual.keys())]
    for table in sorted(actual.keys() & expected.keys()):
        ours, theirs = Counter(actual[table]), Counter(expected[table])
        for side, rows in (("published", ours - theirs), ("expected", theirs - ours)):
            if rows:
                some = "; ".join(map(str, sorted(rows.elements(), key=str)[:5]))
                found.append(f"{table}: {rows.total()} rows only in what was {side}: {some}")
    return found
