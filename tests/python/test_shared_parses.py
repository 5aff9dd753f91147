"""Projects that share a parse have the manifest that a parse of their own gives."""

from pathlib import Path
from typing import Any

import pytest
from project import FILES, Project
from shared_parses import READ_LATER

pytestmark = pytest.mark.end_to_end

# dbt prints it before it parses everything again.
AGAIN = "Unable to do partial parsing"

PARTS = ("nodes", "sources", "exposures", "disabled", "parent_map", "unit_tests")


def parts(manifest: dict[str, Any]) -> dict[str, Any]:
    """The parts of a manifest that vars can change, without times."""

    def without_times(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_times(item) for key, item in value.items() if key != "created_at"}
        return [*map(without_times, value)] if isinstance(value, list) else value

    return {part: without_times(manifest[part]) for part in PARTS}


def test_a_shared_parse_equals_one_of_its_own(parsed_for_files: Project, tmp_path: Path) -> None:
    variables = {**FILES, **READ_LATER}
    assert all(variables[name] != value for name, value in FILES.items() if name in READ_LATER)
    project = parsed_for_files.copy(tmp_path / "project")
    assert AGAIN not in project.done("parse", variables=variables)
    shared = parts(project.manifest)
    project.done("--no-partial-parse", "parse", variables=variables)
    # dbt disables the tests of disabled models only when it reads a saved parse.
    assert AGAIN not in project.done("parse", variables=variables)
    assert shared == parts(project.manifest)


def test_a_var_of_a_configuration_is_parsed(parsed_for_files: Project, tmp_path: Path) -> None:
    project = parsed_for_files.copy(tmp_path / "project")
    variables = {**FILES, "publish_path": "elsewhere/segments.duckdb"}
    assert AGAIN in project.done("parse", variables=variables)
    node = project.manifest["nodes"]["model.customer_segmentation.publication"]
    assert node["config"]["publish_path"] == "elsewhere/segments.duckdb"
