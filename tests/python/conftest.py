"""Shared fixtures: the parsed and the built sample; and the order of test files."""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from project import FILES, Project

# The same examples every time; `pytest --hypothesis-profile=default` tries others.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

# If pyspark is installed, Great Expectations imports its Connect client. It ends processes whose
# main module has no file (those of pytest-xdist), because it takes them for its doctests.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Builds start first, so that no core waits for a build of another.

    The order: the file that builds the sample, the build on Spark, files with other builds or on
    Spark, files that use the built sample, and short files.
    """
    end_to_end = {item.path for item in items if item.get_closest_marker("end_to_end")}
    on_spark = {item.path for item in items if item.get_closest_marker("spark")}
    of_sample = {item.path for item in items if "built" in getattr(item, "fixturenames", ())}
    first = min(of_sample & end_to_end, default=None)

    def turn(item: pytest.Item) -> int:
        if item.path == first:
            return 0
        if item.path in end_to_end & on_spark:
            return 1
        if item.path in end_to_end | on_spark:
            return 3 if item.path in of_sample else 2
        return 4

    items.sort(key=turn)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of pytest-xdist share."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return folder / "sample"


@pytest.fixture(scope="session", autouse=True)
def shared_parses(workshop: Path) -> None:
    """Lets all projects of the session share what they parse."""
    Project.parses = workshop / "parses"


@pytest.fixture(scope="session")
def parsed(workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The parsed project with its manifest. Each process has its own copy."""

    def make(root: Path) -> None:
        Project.copy_to(root, one_thread=False).parse()

    return made_once(workshop / "parsed", make).copy(tmp_path_factory.mktemp("parsed") / "project")


@pytest.fixture(scope="session")
def parsed_for_files(workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A parsed project with landing files and one thread. Each process has its own copy."""

    def make(root: Path) -> None:
        project = Project.copy_to(root)
        project.land_files(lambda table, rows: rows)
        project.parse(FILES)

    shared = made_once(workshop / "parsed_for_files", make)
    return shared.copy(tmp_path_factory.mktemp("parsed_for_files") / "project")


@pytest.fixture(scope="session")
def built(parsed: Project, workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample, built with all tests and published. Each process has its own copy."""

    def make(root: Path) -> None:
        parsed.copy(root).build(tests="all")

    return made_once(workshop / "built", make).copy(tmp_path_factory.mktemp("built") / "project")


@pytest.fixture
def files_today(built: Project, parsed_for_files: Project) -> Project:
    """A project that published the sample yesterday and has landing files today."""
    parsed_for_files.forget_builds()
    shutil.copy(built.warehouse, parsed_for_files.warehouse)
    parsed_for_files.published.parent.mkdir()
    shutil.copy(built.published, parsed_for_files.published)
    shutil.copy(built.state, parsed_for_files.state)
    return parsed_for_files


def made_once(root: Path, make: Callable[[Path], None]) -> Project:
    """The folder that ``make`` fills; one process fills it, the others wait and use it.

    The folder is not moved, because dbt reads a seed at the place where it was parsed.
    """
    root.parent.mkdir(exist_ok=True)
    made = root.with_suffix(".made")
    with root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            # A failed attempt is repeated and fails with the same error.
            shutil.rmtree(root, ignore_errors=True)
            make(root)
            made.touch()
    return Project(root)
