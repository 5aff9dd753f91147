"""Write rows to hand over, one parquet and one CSV file per name."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv, parquet

from customer_segmentation.relations import read_table

_FILE_NAME = re.compile("[a-z0-9_]+")


@dataclass(frozen=True)
class Exports:
    """What ``dbt.ref`` returned for rows to export, and for the names of their files.

    Attributes:
        folder: name of the folder that the files are published in.
        rows: the rows of all files.
        files: one row per file, also where a file has no rows.
        column: the column of both that names the file.
    """

    folder: str
    rows: Any
    files: Any
    column: str


def write_exports(exports: Exports, parent: Path) -> None:
    """Write the files into ``parent / exports.folder``; only their owner may read them.

    Rows are ordered by all columns, so that equal runs give equal files. One file at a time has to
    fit into memory.

    Args:
        exports: what to write.
        parent: where the folder is made; it is not there yet.

    Raises:
        ValueError: a name has other characters than ``a-z``, ``0-9`` and ``_``.
        OSError: a file cannot be written.
    """
    folder = parent / exports.folder
    folder.mkdir(mode=0o700)
    for name in sorted(read_table(exports.files)[exports.column].to_pylist()):
        if not _FILE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for a file: expected a-z, 0-9 and _")
        table = read_table(exports.rows.filter(f"{exports.column} = '{name}'"))
        table = table.sort_by([(column, "ascending") for column in table.column_names])
        with _private_file(folder / f"{name}.parquet") as file:
            parquet.write_table(table, file)
        with _private_file(folder / f"{name}.csv") as file:
            csv.write_csv(table, file)


def _private_file(path: Path) -> pa.NativeFile:
    # The mode counts from the beginning: a file that is open to all, even for a moment, was read.
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return pa.OSFile(str(path), "wb")
