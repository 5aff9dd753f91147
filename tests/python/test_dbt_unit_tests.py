"""The unit tests of the models, over the database of the built sample."""

from pathlib import Path

import pytest
from project import Project, passed_unit_tests

pytestmark = pytest.mark.end_to_end


def test_every_unit_test_passes(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path / "project")
    project.take_unit_tests("models")
    output = project.done("--log-level-file", "none", "test", "--select", "test_type:unit")
    names = sorted(test["name"] for test in project.manifest["unit_tests"].values())
    assert len(names) > 350
    assert sorted(passed_unit_tests(output)) == names
