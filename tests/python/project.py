"""A copy of the dbt project to build in, for the end-to-end tests."""

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
from typing import Any, Literal

import duckdb
import pytest

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


# The vars of a build that lands what ``Project.land_files`` wrote.
FILES = {
    "landing": "files",
    "landing_path": "landing",
    # The sample has its places of IP addresses; whoever lands files supplies them.
    "ip_ranges_path": "seeds/demo/demo_ip_ranges.csv",
}

# Without the artifacts and the log that no test reads.
LEAN = ("--no-write-json", "--log-level-file", "none")

# For a build in a database that has them: no landing changes a seed.
SEEDED = ("--exclude-resource-type", "seed")

Rows = list[dict[str, str]]
Tables = Mapping[str, list[tuple[Any, ...]]]

# What a build tests: all that an orchestrator's does; all but the seeds, which every landing
# shares; or nothing, not even at a gate, where only the published tables matter.
Tests = Literal["all", "data", "none"]


@cache
def _dbt_server() -> subprocess.Popen[str]:
    """What runs dbt; it ends with this process, which closes its input."""
    script = Path(__file__).with_name("dbt_server.py")
    return subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@dataclass(frozen=True)
class Project:
    """A copy of the project with a database and a published file of its own.

    A copy keeps what dbt parsed, which is a third of a build: as long as the vars stay the same,
    its next build need not parse again.
    """

    root: Path

    @classmethod
    def copy_to(cls, root: Path, unit_tests: str | None = None) -> "Project":
        """Copies what dbt reads into the folder ``root``.

        Of the unit tests only those below the folder ``unit_tests``, which run in the target ci:
        once is enough, and dbt takes long to parse them.
        """
        for part in _PARTS:
            source = REPOSITORY / part
            if source.is_dir():
                unwanted = shutil.ignore_patterns("__pycache__", "python", _UNIT_TESTS)
                shutil.copytree(source, root / part, ignore=unwanted)
            else:
                root.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, root / part)
        project = cls(root)
        if unit_tests:
            project.take_unit_tests(unit_tests)
        return project

    def take_unit_tests(self, folder: str) -> None:
        """Adds the unit tests below ``folder`` of the project."""
        for file in (REPOSITORY / folder).rglob(_UNIT_TESTS):
            shutil.copy(file, self.root / file.relative_to(REPOSITORY))

    def copy(self, root: Path) -> "Project":
        """The same in the folder ``root``, with all that was parsed, built and published."""
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
        """What dbt parsed in the last run."""
        text = (self.root / "target" / "manifest.json").read_text(encoding="utf-8")
        manifest: dict[str, Any] = json.loads(text)
        return manifest

    def command(self, *arguments: str, variables: Mapping[str, Any] | None = None) -> list[str]:
        """A dbt command line; JSON text is YAML text, whatever a path has in it."""
        return [
            str(Path(sys.executable).with_name("dbt")),
            "--no-use-colors",
            *arguments,
            *(() if "--target" in arguments else ("--target", "ci")),
            *("--vars", json.dumps(dict(variables or {}), default=str)),
        ]

    @property
    def environment(self) -> dict[str, str]:
        """What the command needs of the environment."""
        return {
            **os.environ,
            "DBT_PROFILES_DIR": "profiles",
            # Relative, because dbt parses everything anew when a connection changes.
            "SEGMENTS_DATABASE": self.warehouse.name,
        }

    def dbt(
        self, *arguments: str, variables: Mapping[str, Any] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs dbt in the copy and returns whatever became of it, all that it printed as stdout."""
        command = self.command(*arguments, variables=variables)
        output = self.root / "output.txt"
        task = {
            "arguments": command[1:],
            "cwd": str(self.root),
            "environment": self.environment,
            "output": str(output),
        }
        server = _dbt_server()
        assert server.stdin and server.stdout
        server.stdin.write(json.dumps(task) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
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
        """Parses, so that the next command with the same vars, in a copy too, need not."""
        self.done("parse", variables=variables)

    def build_arguments(self, tests: Tests = "data") -> list[str]:
        """What to say to dbt for a build with these tests."""
        excluded = {
            "all": [],
            "data": ["--exclude", "resource_type:test,path:seeds"],
            "none": ["--exclude", "resource_type:test"],
        }
        return ["--no-write-json", "build", *excluded[tests]]

    def build(
        self, variables: Mapping[str, Any] | None = None, *arguments: str, tests: Tests = "data"
    ) -> None:
        """Builds, and keeps what dbt printed; a failure shows the end of it."""
        # The log file has every statement, which takes its time; one build is asked what is in it.
        log = () if tests == "all" else ("--log-level-file", "none")
        output = self.done(*log, *self.build_arguments(tests), *arguments, variables=variables)
        self.printed.write_text(output, encoding="utf-8")

    @property
    def printed(self) -> Path:
        """What dbt printed in the last build that succeeded."""
        return self.root / "printed.txt"

    def land_files(self, change: Callable[[str, Rows], Rows | None]) -> None:
        """Writes the sample as landing files, each table as ``change`` returns it."""
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
        """Takes away the check of the selection, so that publication alone has to refuse."""
        whole = self.root / "macros" / "project" / "check_published_whole.sql"
        _replace(whole, "{%- if execute -%}", "{%- if false -%}")

    def let_parts_be_published(self) -> None:
        """Takes away all that refuses a part of a build, for tests of what a part makes."""
        self.let_parts_be_selected()
        for name in ("publication.py", "service_publication.py"):
            publication = self.root / "models" / "publishing" / name
            _replace(publication, "    require_gates(", "    (lambda *_, **__: None)(")

    def forget_builds(self) -> None:
        """Removes what was built, published and landed, but not what was parsed."""
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
        """Every published table, each in one definite order of its rows."""
        names = self.rows("select table_name from duckdb_tables() order by table_name")
        return {name: self.rows(f"select * from {name} order by all") for (name,) in names}

    @property
    def state(self) -> Path:
        """The file of what the next run remembers."""
        return self.published.with_name("customer_segments_state.duckdb")

    def state_rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the state."""
        with duckdb.connect(str(self.state), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def state_tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table of the state, each in one definite order of its rows."""
        names = self.state_rows("select table_name from duckdb_tables() order by table_name")
        return {name: self.state_rows(f"select * from {name} order by all") for (name,) in names}

    def change_state(self, *statements: str) -> None:
        """Lets the next run remember something else."""
        with duckdb.connect(str(self.state)) as connection:
            connection.execute("; ".join(statements))

    def service_cards(self) -> list[tuple[Any, ...]]:
        """The published cards of the service."""
        file = self.published.with_name("service_cards.duckdb")
        with duckdb.connect(str(file), read_only=True) as connection:
            return connection.execute("from service_cards order by all").fetchall()


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, file
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def passed_unit_tests(printed: str) -> list[str]:
    """The unit tests that passed, by what dbt printed."""
    return re.findall(r" PASS \w+::(\w+)", printed)


def needs_data(name: str, *paths: Path) -> pytest.MarkDecorator:
    """Skips tests where the data called ``name`` are not among ``SHARED_DATA``."""
    return pytest.mark.skipif(
        not all(path.exists() for path in paths),
        reason=f"{name} is not in {SHARED_DATA} (set SEGMENTS_SHARED_DATA)",
    )


def differences(actual: Tables, expected: Tables) -> list[str]:
    """What differs between published tables: per table how many rows, and five of them."""
    found = [f"{table}: not expected" for table in sorted(actual.keys() - expected.keys())]
    found += [f"{table}: not published" for table in sorted(expected.keys() - actual.keys())]
    for table in sorted(actual.keys() & expected.keys()):
        ours, theirs = Counter(actual[table]), Counter(expected[table])
        for side, rows in (("published", ours - theirs), ("expected", theirs - ours)):
            if rows:
                some = "; ".join(map(str, sorted(rows.elements(), key=str)[:5]))
                found.append(f"{table}: {rows.total()} rows only in what was {side}: {some}")
    return found
