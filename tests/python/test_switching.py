"""The files of a run are published together or not at all, even if the run is killed."""

import multiprocessing
import os
import shutil
import signal
import sys
import time
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pytest

from customer_segmentation.switching import Run, remove_earlier_runs, replaced_together, roll_back

NAMES = ["a.duckdb", "lists"]
# A hundred processes that share the imports of this one.
FORK = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def publish_and_be_killed(folder: Path, last_step: int) -> None:
    """Ends this process before a step, which is an operation of Python on a file or folder."""
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


def publish(folder: Path, day: str, *lists: str, kept: int = 3) -> None:
    with replaced_together(folder, NAMES, Run(f"id-of-{day}", day), kept) as run:
        write(run, day, *lists)


def readable(folder: Path) -> dict[str, str]:
    """The content of the published names for readers."""
    files = [folder / "a.duckdb", *sorted(folder.glob("lists/*"))]
    return {str(file.relative_to(folder)): file.read_text() for file in files if file.exists()}


def hidden(folder: Path) -> list[str]:
    """The hidden names, without those of runs."""
    names = [path.name for path in folder.iterdir() if path.name[0] == "."]
    return sorted(name for name in names if ".run-" not in name)


def days_kept(folder: Path) -> list[str]:
    return [(run / "a.duckdb").read_text() for run in sorted(folder.glob(".a.duckdb.run-*"))]


def restore_a_copy(folder: Path) -> None:
    """Copies a published folder like ``cp -rL``: files and folders replace links."""
    original = folder.with_name(f"original-{folder.name}")
    publish(original, "yesterday", "x.csv")
    shutil.copytree(original, folder, symlinks=False)
    assert not any(path.is_symlink() for path in folder.rglob("*"))


YESTERDAY = {
    "nothing": {},
    "plain_file": {"a.duckdb": "yesterday"},
    "plain_folder_of_another_link": {"a.duckdb": "yesterday", "lists/x.csv": "yesterday"},
    "links": {"a.duckdb": "yesterday", "lists/x.csv": "yesterday"},
    "links_without_lists": {"a.duckdb": "yesterday"},
    "copied_links": {"a.duckdb": "yesterday", "lists/x.csv": "yesterday"},
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
    if how == "copied_links":
        restore_a_copy(folder)
    if how == "links_without_lists":
        with replaced_together(folder, ["a.duckdb"]) as run:
            (run / "a.duckdb").write_text("yesterday")


@pytest.mark.parametrize("how", YESTERDAY)
def test_a_killed_run_changes_all_or_nothing(how: str, tmp_path: Path) -> None:
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
        # The next run works and removes the rest of this one.
        publish(folder, "tomorrow", "z.csv")
        assert readable(folder) == {"a.duckdb": "tomorrow", "lists/z.csv": "tomorrow"}
        assert hidden(folder)[:2] == [".a.duckdb.current", ".a.duckdb.lock"]
        assert hidden(folder)[2:] in ([], [".lists.current", ".lists.lock"])
        assert len(days_kept(folder)) <= 3
        # After the kill, readers found the run before.
        if found[-1] in (TODAY, YESTERDAY[how]) and found[-1]:
            roll_back(folder / "a.duckdb")
            assert readable(folder) == found[-1]
    assert run.exitcode == 0
    assert len(found) > 15
    if how == "copied_links":
        # A link cannot replace a folder in one step.
        found = [readable_files for readable_files in found if len(readable_files) > 1]
    switched = found.index(TODAY)
    assert found == [YESTERDAY[how]] * switched + [TODAY] * (len(found) - switched)


def test_a_failed_run_changes_and_leaves_nothing(tmp_path: Path) -> None:
    publish(tmp_path, "yesterday", "x.csv")
    before = sorted(tmp_path.iterdir())
    assert len(days_kept(tmp_path)) == 1
    with pytest.raises(RuntimeError), replaced_together(tmp_path, NAMES) as run:
        write(run, "today", "y.csv")
        raise RuntimeError
    assert sorted(tmp_path.iterdir()) == before
    assert readable(tmp_path) == {"a.duckdb": "yesterday", "lists/x.csv": "yesterday"}


def test_a_foreign_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.duckdb").write_text("yesterday")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "x.csv").write_text("of somebody else")
    with pytest.raises(FileExistsError, match="lists is a folder that no run published"):
        publish(tmp_path, "today")
    assert readable(tmp_path) == {"a.duckdb": "yesterday", "lists/x.csv": "of somebody else"}


def test_a_file_over_the_link_is_published_until_the_next_run(tmp_path: Path) -> None:
    publish(tmp_path, "yesterday", "x.csv")
    (tmp_path / "backup").write_text("backup")
    (tmp_path / "backup").replace(tmp_path / "a.duckdb")
    with pytest.raises(RuntimeError), replaced_together(tmp_path, NAMES):
        raise RuntimeError
    assert readable(tmp_path) == {"a.duckdb": "backup", "lists/x.csv": "yesterday"}
    publish(tmp_path, "today", "y.csv")
    assert readable(tmp_path) == {"a.duckdb": "today", "lists/y.csv": "today"}


def test_a_reader_keeps_its_open_file(tmp_path: Path) -> None:
    publish(tmp_path, "yesterday", "x.csv")
    with (tmp_path / "a.duckdb").open() as file, (tmp_path / "lists" / "x.csv").open() as one:
        publish(tmp_path, "today")
        assert (file.read(), one.read()) == ("yesterday", "yesterday")


def test_two_published_files_in_a_folder_are_independent(tmp_path: Path) -> None:
    publish(tmp_path, "first", "x.csv")
    with replaced_together(tmp_path, ["b.duckdb"]) as run:
        (run / "b.duckdb").write_text("second")
        with replaced_together(tmp_path, NAMES) as other:
            write(other, "third", "y.csv")
    assert readable(tmp_path) == {"a.duckdb": "third", "lists/y.csv": "third"}
    assert (tmp_path / "b.duckdb").read_text() == "second"
    assert days_kept(tmp_path) == ["first", "third"]
    assert len(list(tmp_path.glob(".b.duckdb.run-*"))) == 1


def test_the_last_runs_stay_in_the_order_of_publication(tmp_path: Path) -> None:
    for day in ("first", "second", "third", "fourth"):
        publish(tmp_path, day)
    assert days_kept(tmp_path) == ["second", "third", "fourth"]
    publish(tmp_path, "fifth", kept=1)
    assert days_kept(tmp_path) == ["fifth"]


def test_a_failed_run_removes_no_earlier_run(tmp_path: Path) -> None:
    for day in ("first", "second", "third"):
        publish(tmp_path, day)
    with pytest.raises(ZeroDivisionError), replaced_together(tmp_path, NAMES, kept=1):
        _ = 1 / 0
    assert days_kept(tmp_path) == ["first", "second", "third"]


def test_runs_are_found_by_any_file_name(tmp_path: Path) -> None:
    name = "segments[1]*.duckdb"
    for _ in range(3):
        with replaced_together(tmp_path, [name], kept=1) as run:
            (run / name).touch()
    assert len([file for file in tmp_path.iterdir() if ".run-" in file.name]) == 1


def test_the_run_of_an_older_version_is_the_first_of_all(tmp_path: Path) -> None:
    run = tmp_path / ".a.duckdb.run-9f0c"
    run.mkdir()
    (run / "a.duckdb").write_text("yesterday")
    (tmp_path / ".a.duckdb.run-0f0c").mkdir()
    (tmp_path / ".a.duckdb.current").symlink_to(run.name)
    (tmp_path / "a.duckdb").symlink_to(".a.duckdb.current/a.duckdb")
    publish(tmp_path, "today")
    assert sorted(days_kept(tmp_path)) == ["today", "yesterday"]
    assert roll_back(tmp_path / "a.duckdb") == (Run("id-of-today", "today"), Run())
    assert readable(tmp_path) == {"a.duckdb": "yesterday"}


def test_a_rollback_publishes_the_run_before(tmp_path: Path) -> None:
    file = tmp_path / "a.duckdb"
    for day in ("first", "second", "third"):
        publish(tmp_path, day, f"{day}.csv")
    runs = {day: Run(f"id-of-{day}", day) for day in ("first", "second", "third", "fourth")}
    assert roll_back(file) == (runs["third"], runs["second"])
    assert readable(tmp_path) == {"a.duckdb": "second", "lists/second.csv": "second"}
    assert roll_back(file) == (runs["second"], runs["first"])
    assert readable(tmp_path) == {"a.duckdb": "first", "lists/first.csv": "first"}
    with pytest.raises(LookupError, match="no run before run id-of-first of first is kept"):
        roll_back(file)
    # A rolled back run is not the run before the next one.
    publish(tmp_path, "fourth")
    assert days_kept(tmp_path) == ["first", "fourth"]
    assert roll_back(file) == (runs["fourth"], runs["first"])


def test_unpublished_files_are_not_rolled_back(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="not published by a run"):
        roll_back(tmp_path / "a.duckdb")
    publish(tmp_path, "yesterday")
    publish(tmp_path, "today")
    (tmp_path / "a.duckdb").unlink()
    (tmp_path / "a.duckdb").write_text("backup")
    with pytest.raises(LookupError, match="copied there by hand"):
        roll_back(tmp_path / "a.duckdb")
    assert days_kept(tmp_path) == ["yesterday", "today"]


def test_no_earlier_run_stays_after_an_erasure(tmp_path: Path) -> None:
    remove_earlier_runs(tmp_path / "nowhere" / "a.duckdb")
    for day in ("first", "second", "third"):
        publish(tmp_path, day)
    roll_back(tmp_path / "a.duckdb")
    remove_earlier_runs(tmp_path / "a.duckdb")
    assert days_kept(tmp_path) == ["second"]
    assert readable(tmp_path) == {"a.duckdb": "second"}


def test_a_copy_without_links_is_adopted(tmp_path: Path) -> None:
    folder = tmp_path / "restored"
    restore_a_copy(folder)
    (folder / ".a.duckdb.current" / "state").write_text("yesterday")
    publish(folder, "today", "y.csv")
    assert readable(folder) == {"a.duckdb": "today", "lists/y.csv": "today"}
    assert hidden(folder) == [".a.duckdb.current", ".a.duckdb.lock"]
    assert roll_back(folder / "a.duckdb")[1] == Run("id-of-yesterday", "yesterday")
    assert readable(folder) == YESTERDAY["copied_links"]
    assert (folder / ".a.duckdb.current" / "state").read_text() == "yesterday"


def publish_often(folder: Path, day: str) -> None:
    for _ in range(25):
        publish(folder, day, day)


def test_two_publishers_wait_for_each_other(tmp_path: Path) -> None:
    publishers = [
        FORK.Process(target=publish_often, args=(tmp_path, day)) for day in ("one", "other")
    ]
    for publisher in publishers:
        publisher.start()
    for publisher in publishers:
        publisher.join()
    assert [publisher.exitcode for publisher in publishers] == [0, 0]
    last = (tmp_path / "a.duckdb").read_text()
    assert readable(tmp_path) == {"a.duckdb": last, f"lists/{last}": last}
    assert len(days_kept(tmp_path)) == 3


def open_until_told(path: Path, stop: Event, opened: SimpleQueue[int | str]) -> None:
    count = 0
    try:
        while not stop.is_set():
            with duckdb.connect(str(path), read_only=True) as connection:
                connection.execute("from days").fetchall()
            count += 1
        opened.put(count)
    except duckdb.Error as error:
        opened.put(str(error))


def test_readers_always_find_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"

    def publish_database() -> None:
        with (
            replaced_together(tmp_path, ["a.duckdb"]) as run,
            duckdb.connect(str(run / "a.duckdb")) as connection,
        ):
            connection.execute("create table days as select 1 as day")

    publish_database()
    stop, opened = FORK.Event(), FORK.SimpleQueue()
    reader = FORK.Process(target=open_until_told, args=(path, stop, opened))
    reader.start()
    for _ in range(25):
        publish_database()
        time.sleep(0.05)
    stop.set()
    reader.join()
    found = opened.get()
    assert isinstance(found, int) and found > 20, found
