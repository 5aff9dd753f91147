"""What test files share: the parsed and the built sample, and which tests start first."""

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from project import FILES, SAMPLE, Project

# The same examples every time; `pytest --hypothesis-profile=default` looks for others.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

# Where pyspark is installed, Great Expectations imports its Connect client. That takes a process
# whose main module has no file, as those of pytest-xdist, for its own doctests and ends it.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Builds start first, so that no core waits for the last one, nor for the sample of another.

    One file has the sample built; those that build something else come next, then those that find
    it built, and last what is short and fills the gaps.
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
    with alone(shared):
        if not shared.root.exists():
            Project.copy_to(shared.root)
            run = shared.dbt("parse")
            assert run.returncode == 0, run.stdout[-3000:]
    return shared.copy(tmp_path_factory.mktemp("parsed") / "project")


@pytest.fixture(scope="session")
def parsed_for_files(workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that lands files and works with one thread. A copy of this process's own."""
    shared = Project(workshop / "parsed_for_files")
    with alone(shared):
        if not shared.root.exists():
            Project.copy_to(shared.root)
            profile = shared.root / "profiles" / "profiles.yml"
            text = profile.read_text(encoding="utf-8")
            assert "settings: {TimeZone: UTC}" in text
            text = text.replace("{TimeZone: UTC}", "{TimeZone: UTC, threads: 1}")
            profile.write_text(text, encoding="utf-8")
            shared.landing.mkdir()
            shutil.copy(SAMPLE / "sample_orders.csv", shared.landing / "orders.csv")
            run = shared.dbt("parse", variables=FILES)
            assert run.returncode == 0, run.stdout[-3000:]
    return shared.copy(tmp_path_factory.mktemp("parsed_for_files") / "project")


@pytest.fixture(scope="session")
def built(parsed: Project, workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample, built with all its tests and published. A copy of this process's own."""
    shared = Project(workshop / "built")
    with alone(shared):
        if not shared.root.exists():
            unfinished = parsed.copy(workshop / "unfinished")
            unfinished.build(tests="all")
            unfinished.root.rename(shared.root)
    return shared.copy(tmp_path_factory.mktemp("built") / "project")


@pytest.fixture
def files_today(built: Project, parsed_for_files: Project) -> Project:
    """A project that built and published the sample yesterday and lands files today."""
    parsed_for_files.forget_builds()
    shutil.copy(built.warehouse, parsed_for_files.warehouse)
    parsed_for_files.published.parent.mkdir()
    shutil.copy(built.published, parsed_for_files.published)
    return parsed_for_files


@contextmanager
def alone(shared: Project) -> Iterator[None]:
    """Lets one process at a time make what all of them need; the others find it made."""
    shared.root.parent.mkdir(exist_ok=True)
    with shared.root.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
