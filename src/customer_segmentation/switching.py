"""Put the files of a run in the place of the last run's, all in one step.

What is published is read through a hidden link. In the folder ``published`` of ``a.duckdb``::

    a.duckdb           -> .a.duckdb.current/a.duckdb
    audiences          -> .a.duckdb.current/audiences
    .a.duckdb.current  -> .a.duckdb.run-00000007-1f0c...

Each run writes into a folder of its own, and one rename of the hidden link publishes all of it. A
run that ends before, however it ends, has changed nothing that anybody reads; the next one removes
what it left. One process at a time writes, by the lock file ``.a.duckdb.lock``.

Runs are numbered in the order in which they are published. The last ones stay: a reader that has
just looked up where the link leads can still open what it found, and ``roll_back`` switches to the
run before. Runs with a higher number than the published one were rolled back or never finished; the
next publication removes them.
"""

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from customer_segmentation.locking import locked

_DESCRIPTION = "run.json"
# The first runs of older versions have no number.
_NUMBER = re.compile(r"\.run-(\d{8})-")
# Rolling back takes no time, and somebody waits for it.
_ROLL_BACK_WAIT_SECONDS = 10


@dataclass(frozen=True)
class Run:
    """The run that writes a folder: dbt's invocation_id, and the day that it describes."""

    run_id: str = "unknown"
    day: str = "unknown"

    @property
    def label(self) -> str:
        """The run in a message."""
        return f"run {self.run_id} of {self.day}"


@contextmanager
def replaced_together(
    folder: Path, names: Sequence[str], run: Run | None = None, kept: int = 3
) -> Iterator[Path]:
    """A new folder; what is in it under ``names`` is published when the block ends well.

    Args:
        folder: where ``names`` are read; it is made if it is not there. Files that were published
            there as plain files become links, without a moment in which they are not there.
        names: files and folders that the block may write; what it does not write is no longer
            there afterwards. What is hidden beside them is called after the first. Other files
            that the block writes are read through the hidden link only.
        run: what to call the run when it is rolled back.
        kept: how many runs stay, the new one included.

    Yields:
        The folder to write into.

    Raises:
        TimeoutError: another process is publishing the same.
        OSError: a file cannot be written or replaced; what is published is as it was.
    """
    run = run or Run()
    folder.mkdir(parents=True, exist_ok=True)
    place = _Place(folder, names[0])
    with place.locked(run.run_id):
        place.take_back()
        place.refuse_foreign_folders(names)
        place.remove(place.later_runs())
        # One number is left for what is published without being a run.
        written = place.new_run(place.number(place.published()) + 2)
        try:
            yield written
            (written / _DESCRIPTION).write_text(json.dumps(asdict(run)), encoding="utf-8")
            _flush_to_disk(written)
            place.adopt(names, place.number(written) - 1)
            place.point(place.current, written.name)
            _flush(folder)
        finally:
            place.remove(place.later_runs())
            place.remove(place.earlier_runs()[kept - 1 :])


def roll_back(path: Path) -> tuple[Run, Run]:
    """Publish the run before the published one again, with all that it wrote.

    Args:
        path: a published file.

    Returns:
        The run that was published, and the one that is published now.

    Raises:
        LookupError: there is no run to go back to; the text says why.
        TimeoutError: another process is publishing the same.
    """
    place = _Place(path.parent, path.name)
    if not place.current.is_symlink() or not place.is_read_through_current(path):
        raise LookupError(
            f"{path} is not published by a run of this project, or was copied there by hand: "
            "there is no run to go back to. Copy the wanted file there"
        )
    with place.locked("rollback", _ROLL_BACK_WAIT_SECONDS):
        published, *earlier = [place.published(), *place.earlier_runs()]
        assert published
        if not earlier:
            raise LookupError(
                f"no run before {_described(published).label} is kept for {path}: see the var "
                "published_runs_kept; erasures remove earlier runs. Restore a backup"
            )
        place.point(place.current, earlier[0].name)
        _flush(place.folder)
        return _described(published), _described(earlier[0])


def remove_earlier_runs(path: Path) -> None:
    """Keep of a published file the published run alone: the others hold what had to be erased."""
    place = _Place(path.parent, path.name)
    if place.published():
        with place.locked("erasure"):
            place.remove([*place.earlier_runs(), *place.later_runs()])


@dataclass(frozen=True)
class _Place:
    folder: Path
    name: str

    @property
    def current(self) -> Path:
        """The link to the folder of the run that is published."""
        return self.folder / f".{self.name}.current"

    @property
    def copied(self) -> Path:
        """What ``current`` was, where a copy had made a folder of the link."""
        return self.folder / f".{self.name}.copied"

    def locked(self, run_id: str, wait_seconds: float = 600) -> AbstractContextManager[None]:
        lock = self.folder / f".{self.name}.lock"
        return locked(lock, str(self.folder / self.name), run_id, wait_seconds)

    def published(self) -> Path | None:
        return self.folder / self.current.readlink() if self.current.is_symlink() else None

    def number(self, run: Path | None) -> int:
        """The number of a run; 0 for one of an older version, or for none."""
        found = _NUMBER.search(run.name) if run else None
        return int(found[1]) if found else 0

    def earlier_runs(self) -> list[Path]:
        """The runs that were published before the published one, the last of them first."""
        last = self.number(self.published())
        runs = [run for run in self._runs() if self.number(run) < last]
        return sorted(runs, key=self.number, reverse=True)

    def later_runs(self) -> list[Path]:
        """Runs that were rolled back, and what was never finished."""
        published = self.published()
        last = self.number(published)
        return [run for run in self._runs() if self.number(run) >= last and run != published]

    def _runs(self) -> Iterator[Path]:
        return self.folder.glob(f".{self.name}.run-*")

    def remove(self, runs: Sequence[Path]) -> None:
        """Removes the folders of runs; open files stay readable."""
        for run in runs:
            shutil.rmtree(run, ignore_errors=True)

    def new_run(self, number: int) -> Path:
        run = self.folder / f".{self.name}.run-{number:08}-{uuid.uuid4().hex}"
        run.mkdir()
        return run

    def is_read_through_current(self, link: Path) -> bool:
        return link.is_symlink() and link.readlink() == Path(self.current.name) / link.name

    def point(self, link: Path, target: str) -> None:
        """Lets a link name ``target``, at once and whatever it was before."""
        unused = self.folder / f".{self.name}.next"
        unused.unlink(missing_ok=True)
        unused.symlink_to(target)
        unused.replace(link)

    def refuse_foreign_folders(self, names: Sequence[str]) -> None:
        for name in names:
            if _is_folder(self.folder / name) and not self._is_copy_of_link(name):
                raise FileExistsError(
                    f"{self.folder / name} is a folder that no run published: move it elsewhere, "
                    f"because {self.folder / self.name} is published with a link of that name"
                )

    def adopt(self, names: Sequence[str], number: int) -> None:
        """Lets every name be read through ``current``; what is read there stays the same."""
        links = [self.folder / name for name in names]
        others = [link for link in links if not self.is_read_through_current(link)]
        is_copy = _is_folder(self.current)
        if is_copy or any(link.exists() for link in others):
            adopted = self.new_run(number)
            if self.current.exists():
                shutil.copytree(self.current, adopted, dirs_exist_ok=True)
            if not is_copy:
                _remove(adopted / _DESCRIPTION)
            for link in others:
                _remove(adopted / link.name)
                if link.is_dir():
                    shutil.copytree(link, adopted / link.name)
                elif link.exists():
                    shutil.copy2(link, adopted / link.name)
            _flush_to_disk(adopted)
            if is_copy:
                self.current.rename(self.copied)
            self.point(self.current, adopted.name)
        for link in others:
            if _is_folder(link):
                # A folder gives way to no link in one step: for a moment, neither is there.
                link.rename(self.new_run(number + 2) / link.name)
            self.point(link, f"{self.current.name}/{link.name}")
        _remove(self.copied)

    def take_back(self) -> None:
        """Goes back to before ``adopt``, where a run was killed in the middle of it."""
        if self.copied.exists() and not self.current.exists():
            self.copied.rename(self.current)

    def _is_copy_of_link(self, name: str) -> bool:
        """Whether ``cp -L`` or the like made a folder of a link."""
        copies = (self.current, self.copied)
        return any(_is_folder(copy) and (copy / name).is_dir() for copy in copies)


def _described(run: Path) -> Run:
    try:
        return Run(**json.loads((run / _DESCRIPTION).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Run()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _remove(path: Path) -> None:
    if _is_folder(path):
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _flush_to_disk(run: Path) -> None:
    for path in (run, *run.rglob("*")):
        _flush(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
