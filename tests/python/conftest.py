"""What test files share: the parsed and built sample, and how the tests spread over two cores."""

import pytest
from project import Project


# First: the hook of pytest-xdist reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Builds start first, so that no core waits for the last one.

    Tests of one group run in one process, so that what they share is built once. A file is a group
    unless its tests say otherwise.
    """
    items.sort(key=lambda item: item.get_closest_marker("end_to_end") is None)
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, parsed: what its manifest holds."""
    project = Project.copy_to(tmp_path_factory.mktemp("sample"))
    run = project.dbt("parse")
    assert run.returncode == 0, run.stdout[-3000:]
    return project


@pytest.fixture(scope="session")
def built(parsed: Project) -> Project:
    """The sample, built and published, with everything that dbt tests of its data."""
    parsed.build()
    return parsed
