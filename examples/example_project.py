"""A copy of the project for tests of the examples, with its results in another folder."""

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import FILES, Project, Rows


@dataclass(frozen=True)
class Example:
    """The copy of the project, its vars, and the published file."""

    project: Project
    variables: dict[str, Any]
    published: Path

    @classmethod
    def prepare(cls, folder: Path, environment: pytest.MonkeyPatch) -> "Example":
        """Copies the project, and sets the variables that results.sh and the READMEs name."""
        project = Project.copy_to(folder / "project")
        shutil.copytree(Path(__file__).parent, project.root / "examples")
        results = folder / "results"
        results.mkdir()
        published = results / "published" / "customer_segments.duckdb"
        variables = {**FILES, "landing_path": str(project.landing)}
        for name, value in {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "DBT_PROFILES_DIR": "profiles",
            "SEGMENTS_DATABASE": results / "warehouse.duckdb",
            "SEGMENTS_PUBLISHED": published,
            "SEGMENTS_SERVICE_PUBLISHED": published.with_name("service_cards.duckdb"),
            "SEGMENTS_DATA_DOCS": results / "data_docs",
            "SEGMENTS_VARS": json.dumps(variables),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "GX_ANALYTICS_ENABLED": "false",
        }.items():
            environment.setenv(name, str(value))
        return cls(project, variables, published)

    def land(self, *, spoiled: bool) -> None:
        """Lands the sample, with more bad orders than the gate accepts if it is spoiled."""

        def change(table: str, rows: Rows) -> Rows:
            for row in rows[::10] if spoiled and table == "orders" else ():
                row["currency"] = "XXX"
            return rows

        shutil.rmtree(self.project.landing, ignore_errors=True)
        self.project.land_files(change)

    @property
    def customers(self) -> int:
        """The number of customers that are published."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            row = connection.execute("select count(*) from dim_customers").fetchone()
        assert row
        return int(row[0])
