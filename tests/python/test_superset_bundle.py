"""The bundle for Superset has queries that work; bi/superset has the test in Superset itself."""

import sys
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from project import REPOSITORY, Project, csv_rows

sys.path.insert(0, str(REPOSITORY / "bi" / "superset"))

from bundle import bundle, charts, write

pytestmark = pytest.mark.end_to_end


def test_every_chart_of_a_department_has_rows(built: Project) -> None:
    departments = {
        row["department"] for row in csv_rows(REPOSITORY / "seeds/business/goals/departments.csv")
    }
    assert {chart["department"] for chart in charts()} == departments
    for chart in charts():
        rows = built.rows(chart["sql"])
        assert rows, chart["chart"]


def test_keys_are_fixed_and_parts_fit_together(built: Project, tmp_path: Path) -> None:
    files = bundle(built.published)
    assert files == bundle(built.published)
    keys = [part["uuid"] for part in files.values() if "uuid" in part]
    assert len(keys) == len(set(keys)) == 1 + 2 * len(charts()) + 3
    known = set(keys)
    for path, part in files.items():
        for name in ("database_uuid", "dataset_uuid"):
            assert part.get(name, keys[0]) in known, path
        for place in part.get("position", {}).values():
            if isinstance(place, dict) and place["type"] == "CHART":
                assert place["meta"]["uuid"] in known
    write(built.published, tmp_path)
    written = {str(file.relative_to(tmp_path)): file for file in tmp_path.rglob("*.yaml")}
    assert {path: yaml.safe_load(file.read_text()) for path, file in written.items()} == files
