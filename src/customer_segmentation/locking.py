"""A lock for one writer at a time, over all processes and machines that share a folder."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE_SECONDS = 0.1


@contextmanager
def locked(path: Path, what: str, run_id: str = "", wait_seconds: float = 600) -> Iterator[None]:
    """Hold the lock file ``path`` for the block.

    The system releases a lock when its process ends, so a dead process on this machine blocks
    nobody. The file also names its owner, for machines that do not see each other's locks. The name
    of an owner on another machine counts until its process or a person removes it.

    Args:
        path: the lock file. It stays, empty, because removing it could admit two writers.
        what: the name of the locked thing, for the message.
        run_id: the run that writes.
        wait_seconds: the maximum time to wait for another writer.

    Raises:
        TimeoutError: another writer still has the lock; the text names the owner, its age and what
            to do.
    """
    # A lock belongs to the open file, so two writers in one process exclude each other too.
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        deadline = time.monotonic() + wait_seconds
        while not _is_taken(file):
            if time.monotonic() >= deadline:
                raise TimeoutError(_refusal(file, path, what))
            time.sleep(_PAUSE_SECONDS)
        _write(file, {**_this_process(), "run_id": run_id, "since": time.time()})
        try:
            yield
        finally:
            os.ftruncate(file, 0)
    finally:
        os.close(file)


def _is_taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if _is_of_this_machine(_owner(file)):
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


def _this_process() -> dict[str, object]:
    return {"pid": os.getpid(), "host": socket.gethostname(), "boot": _boot()}


def _boot() -> str | None:
    """The boot id, which is the same for all containers on a machine; host names differ."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None


def _is_of_this_machine(owner: dict[str, object]) -> bool:
    here = _this_process()
    if not owner:
        return True
    return owner["host"] == here["host"] or owner["boot"] == here["boot"] is not None


def _write(file: int, owner: dict[str, object]) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, json.dumps(owner).encode(), 0)


def _owner(file: int) -> dict[str, object]:
    """The owner in the file; empty if the file is empty or was cut off."""
    try:
        owner = json.loads(os.pread(file, 4096, 0))
    except ValueError:
        return {}
    return owner if isinstance(owner, dict) and {"host", "boot", "pid"} <= owner.keys() else {}


def _refusal(file: int, path: Path, what: str) -> str:
    owner = _owner(file)
    age = time.time() - float(str(owner.get("since", time.time())))
    text = (
        f"{what} is being written by process {owner.get('pid', '?')} on host "
        f"{owner.get('host', '?')} (run {owner.get('run_id') or 'unknown'}), which has held the "
        f"lock {path} for {age / 60:.0f} minutes. Wait until it ends, then run again"
    )
    if not _is_of_this_machine(owner):
        text += f"; if that process no longer runs, remove {path} first"
    return text
