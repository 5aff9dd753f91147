"""The lock admits one writer at a time and names its owner."""

import json
import multiprocessing
import os
import signal
import socket
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from customer_segmentation.locking import locked

FORK = multiprocessing.get_context("fork")


def hold(path: Path, holds: Event) -> None:
    with locked(path, "published", "their-run"):
        holds.set()
        signal.pause()


def write_owner(path: Path, **owner: object) -> None:
    since = time.time() - 600
    path.write_text(json.dumps({"pid": 7, "run_id": "their-run", "since": since, **owner}))


def test_a_second_writer_waits_and_sees_the_owner(tmp_path: Path) -> None:
    path, holds = tmp_path / "lock", FORK.Event()
    other = FORK.Process(target=hold, args=(path, holds))
    other.start()
    holds.wait()
    try:
        with pytest.raises(TimeoutError) as refused, locked(path, "published", wait_seconds=0.3):
            pass
    finally:
        assert other.pid
        os.kill(other.pid, signal.SIGKILL)
        other.join()
    expected = (
        f"published is being written by process {other.pid} on host {socket.gethostname()} "
        f"(run their-run), which has held the lock {path} for 0 minutes. Wait until it ends"
    )
    assert str(refused.value).startswith(expected)
    assert "remove" not in str(refused.value)
    # After a kill the lock is free, although the file names an owner.
    assert path.read_text()
    with locked(path, "published", wait_seconds=0):
        assert json.loads(path.read_text())["pid"] == os.getpid()
    assert path.read_text() == ""


def test_two_writers_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path, "one"), pytest.raises(TimeoutError), locked(path, "other", wait_seconds=0):
        pass


def test_a_lock_of_another_machine_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    write_owner(path, host="elsewhere", boot="of-elsewhere")
    with (
        pytest.raises(TimeoutError, match="for 10 minutes") as refused,
        locked(path, "published", wait_seconds=0),
    ):
        pass
    assert f"if that process no longer runs, remove {path} first" in str(refused.value)
    path.unlink()
    with locked(path, "published", wait_seconds=0):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_lock_without_an_owner_is_free(content: str, tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text(content)
    with locked(path, "published", wait_seconds=0):
        pass


def test_a_dead_container_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    boot = Path("/proc/sys/kernel/random/boot_id")
    if boot.exists():
        write_owner(path, host="a-container", boot=boot.read_text().strip())
    else:
        write_owner(path, host=socket.gethostname(), boot=None)
    with locked(path, "published", wait_seconds=0):
        pass
