"""A copy of the dbt project to build in, for the end-to-end tests."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "seeds" / "sample"

# Real data with published results, beside the repository; a user's checkout has none.
SHARED_DATA = Path(
    os.environ.get("SEGMENTS_SHARED_DATA", REPOSITORY.parent / "shared" / "data")
).absolute()

# Everything that dbt reads.
_PARTS = ("dbt_project.yml", "profiles", "macros", "models", "seeds", "tests")


@dataclass(frozen=True)
class Project:
    """A copy of the project with a database and a published file of its own."""

    root: Path

    @classmethod
    def copy_to(cls, root: Path) -> "Project":
        """Copies what dbt reads into the folder ``root``."""
        for part in _PARTS:
            source = REPOSITORY / part
            if source.is_dir():
                shutil.copytree(
                    source, root / part, ignore=shutil.ignore_patterns("__pycache__", "python")
                )
            else:
                root.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, root / part)
        return cls(root)

    @property
    def warehouse(self) -> Path:
        """The build database."""
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The published file."""
        return self.root / "published" / "customer_segments.duckdb"

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
            *("--vars", json.dumps(dict(variables or {}), default=str)),
        ]

    @property
    def environment(self) -> dict[str, str]:
        """What the command needs of the environment."""
        own = {"DBT_PROFILES_DIR": "profiles", "SEGMENTS_DATABASE": str(self.warehouse)}
        return {**os.environ, **own}

    def dbt(
        self, *arguments: str, variables: Mapping[str, Any] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs dbt in the copy and returns whatever became of it."""
        return subprocess.run(
            self.command(*arguments, variables=variables),
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def build(self, variables: Mapping[str, Any] | None = None, *arguments: str) -> str:
        """Builds without unit tests; a failure shows the end of what dbt printed."""
        run = self.dbt(
            "build", "--exclude-resource-type", "unit_test", *arguments, variables=variables
        )
        assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-1000:]
        return run.stdout

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the published file."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def published_tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every published table, each in one definite order of its rows."""
        names = self.rows("select table_name from duckdb_tables() order by table_name")
        return {name: self.rows(f"select * from {name} order by all") for (name,) in names}
