"""Costs of a process and its children: CPU, wall time, memory, bytes written and spill."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
_BLOCK = 512
_MEGABYTE = 1e6


@dataclass(frozen=True)
class Cost:
    """Costs of one process.

    Attributes:
        cpu_seconds: user and system time.
        wall_seconds: time from start to end.
        peak_mb: peak resident memory of the largest process.
        written_mb: bytes handed to the file system.
        spill_mb: peak size of DuckDB's temporary folders.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    written_mb: float
    spill_mb: float


class _SpillWatch(threading.Thread):
    """Looks at the temporary folders of DuckDB (`<database>.tmp`) twice a second."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.peak = 0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.5):
            self.peak = max(self.peak, spilled(self.folder))

    def end(self) -> int:
        self._ended.set()
        self.join()
        return self.peak


def spilled(folder: Path) -> int:
    """Bytes in the temporary folders of DuckDB below a folder."""
    total = 0
    for temporary in folder.glob("**/*.tmp"):
        for file in temporary.glob("*"):
            try:
                total += file.stat().st_size
            except FileNotFoundError:
                continue
    return total


@dataclass(frozen=True)
class GroupCost:
    """Costs of groups of processes together; see `Cost`. Memory is the sum of all processes."""

    cpu_seconds: float = 0
    wall_seconds: float = 0
    peak_mb: float = 0


class GroupWatch(threading.Thread):
    """Looks at the processes of groups twice a second, until the `with` block ends.

    A process whose parent was killed reports its costs to nobody.
    """

    def __init__(self, groups: set[int]) -> None:
        """Takes the ids of the groups."""
        super().__init__(daemon=True)
        self.cost = GroupCost()
        self._groups = groups
        self._ended = threading.Event()

    def __enter__(self) -> GroupWatch:
        """Starts to look."""
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Ends."""
        self._ended.set()
        self.join()

    def run(self) -> None:
        """Adds what the groups used since the start of the watch."""
        began = time.perf_counter()
        before = {pid: cpu for pid, (cpu, _) in processes_of(self._groups).items()}
        cpu_of: dict[int, float] = {}
        is_over = False
        while not is_over:
            is_over = self._ended.wait(0.5)
            now = processes_of(self._groups)
            cpu_of |= {pid: cpu - before.get(pid, 0) for pid, (cpu, _) in now.items()}
            self.cost = GroupCost(
                cpu_seconds=sum(cpu_of.values()),
                wall_seconds=time.perf_counter() - began,
                peak_mb=max(self.cost.peak_mb, sum(size for _, size in now.values()) / _MEGABYTE),
            )


def processes_of(groups: set[int]) -> dict[int, tuple[float, int]]:
    """CPU seconds and resident bytes of the processes of groups, by process."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of a process, in parentheses, may have blanks.
            fields = file.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) in groups:
            cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            found[int(file.parent.name)] = cpu, int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return found


def measure(
    command: Sequence[str],
    work: Path,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Cost:
    """Runs a command in the repository and returns its costs; its databases are in `work`.

    Raises RuntimeError if the command fails.
    """
    work.mkdir(parents=True, exist_ok=True)
    watch = _SpillWatch(work)
    watch.start()
    started = time.perf_counter()
    with (log or Path(os.devnull)).open("w") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=REPOSITORY,
            env={**os.environ, **(environment or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    spill = watch.end()
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}; see {log}")
    return Cost(
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        wall_seconds=wall,
        # Kilobytes on Linux.
        peak_mb=usage.ru_maxrss * 1024 / _MEGABYTE,
        written_mb=usage.ru_oublock * _BLOCK / _MEGABYTE,
        spill_mb=spill / _MEGABYTE,
    )
