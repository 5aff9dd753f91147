"""What test files share: the parsed and the built sample, and which tests start first."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    """Builds start first, so that no core waits for the last one, nor for the sample of another.

    One file has the sample built; those that build something else come next, and then those that
    find it built.
    """
    end_to_end = {item.path for item in items if item.get_closest_marker("end_to_end")}
    of_sample = {item.path for item in items if "built" in getattr(item, "fixturenames", ())}
    first = min(of_sample & end_to_end, default=None)

    def turn(item: pytest.Item) -> int:
        if item.path not in end_to_end:
            return 3
        return 0 if item.path == first else 2 if item.path in of_sample else 1

    items.sort(key=turn)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of pytest-xdist share."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return folder / "sample"


@pytest.fixture(scope="session")
def parsed(workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, parsed: what its manifest holds. A copy of this process's own."""
    shared = Project(workshop / "parsed")
    with alone(workshop):
        if not shared.root.exists():
            Project.copy_to(shared.root, unit_tests="models")
            run = shared.dbt("parse")
            assert run.returncode == 0, run.stdout[-3000:]
    return shared.copy(tmp_path_factory.mktemp("parsed") / "project")


@pytest.fixture(scope="session")
def built(parsed: Project, workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample, built with all its tests and published. A copy of this process's own."""
    shared = Project(workshop / "built")
    with alone(workshop):
        if not shared.root.exists():
            unfinished = parsed.copy(workshop / "unfinished")
            unfinished.build(tests="all")
            unfinished.root.rename(shared.root)
    return shared.copy(tmp_path_factory.mktemp("built") / "project")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Lets one process at a time do what all of them need; the others find it done."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
