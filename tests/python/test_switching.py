"""The files of a run are published together or not at all, wherever a run ends."""

import multiprocessing
import os
import signal
import sys
from pathlib import Path

import pytest

from customer_segmentation.switching import replaced_together

NAMES = ["a.duckdb", "lists"]
# A hundred processes that start with what is imported here.
FORK = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def publish_and_be_killed(folder: Path, last_step: int) -> None:
    """Ends this process before a step: what Python is about to do to a file or folder in there."""
    steps = iter(range(1, last_step))

    def count(event: str, arguments: tuple[object, ...]) -> None:
        is_step = event.startswith(("os.", "shutil.", "open")) and str(folder) in str(arguments)
        if is_step and next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    publish(folder, "today", "x.csv", "y.csv")


def write(run: Path, day: str, *lists: str) -> None:
    (run / "a.duckdb").write_text(day)
    (run / "lists").mkdir()
    for name in lists:
        (run / "lists" / name).write_text(day)


def publish(folder: Path, day: str, *lists: str) -> None:
    with replaced_together(folder, NAMES) as run:
        write(run, day, *lists)


def readable(folder: Path) -> dict[str, str]:
    """What readers find under the published names."""
    files = [folder / "a.duckdb", *sorted(folder.glob("lists/*"))]
    return {str(file.relative_to(folder)): file.read_text() for file in files if file.exists()}


def hidden(folder: Path) -> list[str]:
    return sorted(path.name.split("-")[0] for path in folder.iterdir() if path.name[0] == ".")


YESTERDAY = {
    "nothing": {},
    "plain_file": {"a.duckdb": "yesterday"},
    "plain_folder_of_another_link": {"a.duckdb": "yesterday", "lists/x.csv": "yesterday"},
    "links": {"a.duckdb": "yesterday", "lists/x.csv": "yesterday"},
    "links_without_lists": {"a.duckdb": "yesterday"},
}
TODAY = {"a.duckdb": "today", "lists/x.csv": "today", "lists/y.csv": "today"}


def publish_yesterday(folder: Path, how: str) -> None:
    if how.startswith("plain"):
        folder.mkdir()
        (folder / "a.duckdb").write_text("yesterday")
    if how == "plain_folder_of_another_link":
        with replaced_together(folder, ["lists"]) as run:
            (run / "lists").mkdir()
            (run / "lists" / "x.csv").write_text("yesterday")
    if how == "links":
        publish(folder, "yesterday", "x.csv")
    if how == "links_without_lists":
        with replaced_together(folder, ["a.duckdb"]) as run:
            (run / "a.duckdb").write_text("yesterday")


@pytest.mark.parametrize("how", YESTERDAY)
def test_a_run_that_is_killed_at_any_step_changes_all_or_nothing(how: str, tmp_path: Path) -> None:
    found = []
    for step in range(1, 200):
        folder = tmp_path / str(step)
        publish_yesterday(folder, how)
        assert readable(folder) == YESTERDAY[how]
        run = FORK.Process(target=publish_and_be_killed, args=(folder, step))
        run.start()
        run.join()
        found.append(readable(folder))
        if run.exitcode == 0:
            break
        # The next run works and leaves nothing of this one.
        publish(folder, "tomorrow", "z.csv")
        assert readable(folder) == {"a.duckdb": "tomorrow", "lists/z.csv": "tomorrow"}
        assert hidden(folder)[:2] == [".a.duckdb.current", ".a.duckdb.run"]
        assert hidden(folder)[2:] in ([], [".lists.current", ".lists.run"])
    assert run.exitcode == 0
    assert len(found) > 15
    switched = found.index(TODAY)
    assert found == [YESTERDAY[how]] * switched + [TODAY] * (len(found) - switched)


def test_a_run_that_fails_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    publish(tmp_path, "yesterday", "x.csv")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(RuntimeError), replaced_together(tmp_path, NAMES) as run:
        write(run, "today", "y.csv")
        raise RuntimeError
    assert sorted(tmp_path.iterdir()) == before
    assert readable(tmp_path) == {"a.duckdb": "yesterday", "lists/x.csv": "yesterday"}


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.duckdb").write_text("yesterday")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "x.csv").write_text("of somebody else")
    with pytest.raises(OSError, match="lists"):
        publish(tmp_path, "today")
    assert readable(tmp_path) == {"a.duckdb": "yesterday", "lists/x.csv": "of somebody else"}


def test_a_file_that_was_put_over_the_link_is_published_until_the_next_run(tmp_path: Path) -> None:
    publish(tmp_path, "yesterday", "x.csv")
    (tmp_path / "backup").write_text("backup")
    (tmp_path / "backup").replace(tmp_path / "a.duckdb")
    with pytest.raises(RuntimeError), replaced_together(tmp_path, NAMES):
        raise RuntimeError
    assert readable(tmp_path) == {"a.duckdb": "backup", "lists/x.csv": "yesterday"}
    publish(tmp_path, "today", "y.csv")
    assert readable(tmp_path) == {"a.duckdb": "today", "lists/y.csv": "today"}


def test_a_reader_keeps_what_it_has_open(tmp_path: Path) -> None:
    publish(tmp_path, "yesterday", "x.csv")
    with (tmp_path / "a.duckdb").open() as file, (tmp_path / "lists" / "x.csv").open() as one:
        publish(tmp_path, "today")
        assert (file.read(), one.read()) == ("yesterday", "yesterday")


def test_two_published_files_in_a_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    publish(tmp_path, "first", "x.csv")
    with replaced_together(tmp_path, ["b.duckdb"]) as run:
        (run / "b.duckdb").write_text("second")
        with replaced_together(tmp_path, NAMES) as other:
            write(other, "third", "y.csv")
    assert readable(tmp_path) == {"a.duckdb": "third", "lists/y.csv": "third"}
    assert (tmp_path / "b.duckdb").read_text() == "second"
    assert len(hidden(tmp_path)) == 4
