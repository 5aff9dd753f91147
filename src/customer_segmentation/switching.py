"""Put the files of a run in the place of the last run's, all in one step.

What is published is read through a hidden link. In the folder ``published`` of ``a.duckdb``::

    a.duckdb           -> .a.duckdb.current/a.duckdb
    audiences          -> .a.duckdb.current/audiences
    .a.duckdb.current  -> .a.duckdb.run-1f0c...

Each run writes into a folder of its own, and one rename of the hidden link publishes all of it. A
run that ends before, however it ends, has changed nothing that anybody reads; the next one removes
what it left.
"""

import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@contextmanager
def replaced_together(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """A new folder; what is in it under ``names`` is published when the block ends well.

    Args:
        folder: where ``names`` are read; it is made if it is not there. Files that were published
            there as plain files become links, without a moment in which they are not there.
        names: files and folders that the block may write; what it does not write is no longer
            there afterwards. What is hidden beside them is called after the first.

    Yields:
        The folder to write into.

    Raises:
        OSError: a file cannot be written or replaced; what is published is as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = _Place(folder, names[0])
    place.remove_other_runs()
    try:
        run = place.new_run()
        yield run
        _flush_to_disk(run)
        place.adopt(names)
        place.point(place.current, run.name)
        _flush(folder)
    finally:
        place.remove_other_runs()


@dataclass(frozen=True)
class _Place:
    folder: Path
    name: str

    @property
    def current(self) -> Path:
        """The link to the folder of the run that is published."""
        return self.folder / f".{self.name}.current"

    def new_run(self) -> Path:
        run = self.folder / f".{self.name}.run-{uuid.uuid4().hex}"
        run.mkdir()
        return run

    def point(self, link: Path, target: str) -> None:
        """Lets a link name ``target``, at once and whatever it was before."""
        unused = self.folder / f".{self.name}.next"
        unused.unlink(missing_ok=True)
        unused.symlink_to(target)
        unused.replace(link)

    def adopt(self, names: Sequence[str]) -> None:
        """Lets every name be read through ``current``; what is read there stays the same."""
        targets = {self.folder / name: f"{self.current.name}/{name}" for name in names}
        others = [
            link
            for link, target in targets.items()
            if not link.is_symlink() or link.readlink() != Path(target)
        ]
        if any(link.exists() for link in others):
            adopted = self.new_run()
            for link in targets:
                if link.is_dir():
                    shutil.copytree(link, adopted / link.name)
                elif link.exists():
                    shutil.copy2(link, adopted / link.name)
            _flush_to_disk(adopted)
            self.point(self.current, adopted.name)
        for link in others:
            self.point(link, targets[link])

    def remove_other_runs(self) -> None:
        """Removes the folders of all runs but the published one; open files stay readable."""
        published = self.current.readlink() if self.current.is_symlink() else None
        for run in self.folder.glob(f".{self.name}.run-*"):
            if published != Path(run.name):
                shutil.rmtree(run, ignore_errors=True)


def _flush_to_disk(run: Path) -> None:
    for path in (run, *run.rglob("*")):
        _flush(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
