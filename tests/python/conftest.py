"""What test files share: the parsed and the built sample, and which tests start first."""

import sys

import pytest
from hypothesis import settings
from project import Project

# The same examples every time; `pytest --hypothesis-profile=default` looks for others.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

# Where pyspark is installed, Great Expectations imports its Connect client. That takes a process
# whose main module has no file, as those of pytest-xdist, for its own doctests and ends it.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Builds start first, so that no core waits for the last one."""
    items.sort(key=lambda item: item.get_closest_marker("end_to_end") is None)


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, parsed: what its manifest holds."""
    project = Project.copy_to(tmp_path_factory.mktemp("sample"), unit_tests="models")
    run = project.dbt("parse")
    assert run.returncode == 0, run.stdout[-3000:]
    return project


@pytest.fixture(scope="session")
def built(parsed: Project) -> Project:
    """The sample, built with all its tests and published."""
    parsed.build(tests="all")
    return parsed
