"""Replace the files of the last run by those of this run, all in one step.

Published files are read through a hidden link. In the folder ``published`` of ``a.duckdb``::

    a.duckdb           -> .a.duckdb.current/a.duckdb
    audiences          -> .a.duckdb.current/audiences
    .a.duckdb.current  -> .a.duckdb.run-00000007-1f0c...

Each run writes into its own folder, and one rename of the hidden link publishes all of it. A run
that ends before the rename changes nothing for readers; the next run removes its folder. Only one
process at a time writes, by the lock file ``.a.duckdb.lock``.

Runs are numbered in the order of publication. The last ones stay: a reader that has just resolved
the link can still open its files, and ``roll_back`` switches to the run before. Runs with a higher
number than the published one were rolled back or never finished; the next publication removes them.
"""

import glob
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
# Runs of older versions have no number.
_NUMBER = re.compile(r"\.run-(\d{8})-")
# Short, because a person waits for a rollback.
_ROLL_BACK_WAIT_SECONDS = 10


@dataclass(frozen=True)
class Run:
    """The run that writes a folder: dbt's invocation_id and the day of the run."""

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
    """A new folder; its files under ``names`` are published if the block succeeds.

    Args:
        folder: the folder of the published ``names``; created if missing. Published plain files
            become links, without a moment in which they are missing.
        names: files and folders that the block may write; names that it does not write are removed.
            The first one names the hidden files. Other files of the block are only read through the
            hidden link.
        run: the run, for the message of a rollback.
        kept: the number of runs to keep, the new one included.

    Yields:
        The folder to write into.

    Raises:
        TimeoutError: another process is publishing the same.
        OSError: a file cannot be written or replaced; the published files are unchanged.
    """
    run = run or Run()
    folder.mkdir(parents=True, exist_ok=True)
    place = _Place(folder, names[0])
    with place.locked(run.run_id):
        place.take_back()
        place.refuse_foreign_folders(names)
        place.remove(place.later_runs())
        # One number is reserved for published files that belong to no run.
        written = place.new_run(place.number(place.published()) + 2)
        try:
            yield written
            (written / _DESCRIPTION).write_text(json.dumps(asdict(run)), encoding="utf-8")
            _flush_to_disk(written)
            place.adopt(names, place.number(written) - 1)
            place.point(place.current, written.name)
            _flush(folder)
            place.remove(place.earlier_runs()[kept - 1 :])
        finally:
            place.remove(place.later_runs())


def roll_back(path: Path) -> tuple[Run, Run]:
    """Publish the run before the published one again, with all its files.

    Args:
        path: a published file.

    Returns:
        The run that was published, and the run that is published now.

    Raises:
        LookupError: there is no run to go back to; the text says why.
        TimeoutError: another process is publishing the same.
    """
    place = _Place(path.parent, path.name)
    if not place.current.is_symlink() or not place.is_read_through_current(path):
        raise LookupError(
            f"{path} was not published by a run of this project, or was copied there by hand. "
            "There is no earlier run; copy the wanted file there"
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
    """Remove all other runs of a published file, because they hold erased data."""
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
        """The link to the folder of the published run."""
        return self.folder / f".{self.name}.current"

    @property
    def copied(self) -> Path:
        """The earlier ``current``, if a copy had turned the link into a folder."""
        return self.folder / f".{self.name}.copied"

    def locked(self, run_id: str, wait_seconds: float = 600) -> AbstractContextManager[None]:
        lock = self.folder / f".{self.name}.lock"
        return locked(lock, str(self.folder / self.name), run_id, wait_seconds)

    def published(self) -> Path | None:
        return self.folder / self.current.readlink() if self.current.is_symlink() else None

    def number(self, run: Path | None) -> int:
        """The number of a run; 0 for a run of an older version, or for no run."""
        found = _NUMBER.search(run.name) if run else None
        return int(found[1]) if found else 0

    def earlier_runs(self) -> list[Path]:
        """The runs that were published before the published one, the latest first."""
        last = self.number(self.published())
        runs = [run for run in self._runs() if self.number(run) < last]
        return sorted(runs, key=self.number, reverse=True)

    def later_runs(self) -> list[Path]:
        """Runs that were rolled back or never finished."""
        published = self.published()
        last = self.number(published)
        return [run for run in self._runs() if self.number(run) >= last and run != published]

    def _runs(self) -> Iterator[Path]:
        return self.folder.glob(f"{glob.escape(f'.{self.name}')}.run-*")

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
        """Points a link to ``target`` in one step."""
        unused = self.folder / f".{self.name}.next"
        unused.unlink(missing_ok=True)
        unused.symlink_to(target)
        unused.replace(link)

    def refuse_foreign_folders(self, names: Sequence[str]) -> None:
        for name in names:
            if _is_folder(self.folder / name) and not self._is_copy_of_link(name):
                raise FileExistsError(
                    f"{self.folder / name} is a folder that no run published. Move it elsewhere, "
                    f"because {self.folder / self.name} is published with a link of that name"
                )

    def adopt(self, names: Sequence[str], number: int) -> None:
        """Lets every name be read through ``current``; the content stays the same."""
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
                # A link cannot replace a folder in one step: for a moment, both are missing.
                link.rename(self.new_run(number + 2) / link.name)
            self.point(link, f"{self.current.name}/{link.name}")
        _remove(self.copied)

    def take_back(self) -> None:
        """Undoes ``adopt`` after a run that was killed in the middle of it."""
        if self.copied.exists() and not self.current.exists():
            self.copied.rename(self.current)

    def _is_copy_of_link(self, name: str) -> bool:
        """Whether a copy (``cp -L``) turned a link into a folder."""
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
