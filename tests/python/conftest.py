"""What test files share: the parsed and the built sample, and which tests start first."""

import fcntl
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from project import FILES, Project

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

    def make(root: Path) -> None:
        Project.copy_to(root).parse()

    return made_once(workshop / "parsed", make).copy(tmp_path_factory.mktemp("parsed") / "project")


@pytest.fixture(scope="session")
def parsed_for_files(workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that lands files and works with one thread. A copy of this process's own."""

    def make(root: Path) -> None:
        project = Project.copy_to(root)
        profile = root / "profiles" / "profiles.yml"
        text = profile.read_text(encoding="utf-8")
        assert "{TimeZone: UTC}" in text
        text = text.replace("{TimeZone: UTC}", "{TimeZone: UTC, threads: 1}")
        profile.write_text(text, encoding="utf-8")
        project.land_files(lambda table, rows: rows)
        project.parse(FILES)

    shared = made_once(workshop / "parsed_for_files", make)
    return shared.copy(tmp_path_factory.mktemp("parsed_for_files") / "project")


@pytest.fixture(scope="session")
def built(parsed: Project, workshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample, built with all its tests and published. A copy of this process's own."""

    def make(root: Path) -> None:
        parsed.copy(root).build(tests="all")

    return made_once(workshop / "built", make).copy(tmp_path_factory.mktemp("built") / "project")


@pytest.fixture
def files_today(built: Project, parsed_for_files: Project) -> Project:
    """A project that built and published the sample yesterday and lands files today."""
    parsed_for_files.forget_builds()
    shutil.copy(built.warehouse, parsed_for_files.warehouse)
    parsed_for_files.published.parent.mkdir()
    shutil.copy(built.published, parsed_for_files.published)
    return parsed_for_files


def made_once(root: Path, make: Callable[[Path], None]) -> Project:
    """What ``make`` makes in a folder: one process at a time does, the others find it made.

    It stays where it was made: dbt reads a seed where it was parsed, whatever copy it runs in.
    """
    root.parent.mkdir(exist_ok=True)
    made = root.with_suffix(".made")
    with root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            # What failed half way fails again with the same error.
            shutil.rmtree(root, ignore_errors=True)
            make(root)
            made.touch()
    return Project(root)
