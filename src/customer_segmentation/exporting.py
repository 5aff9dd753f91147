"""Write exported rows: for each name a Parquet, a CSV and an Excel file."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv, parquet
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from customer_segmentation.relations import read_table

# The folder of the exports, beside the published file.
AUDIENCES = "audiences"

_FILE_NAME = re.compile("[a-z0-9_]+")

# The beginning of a cell in a spreadsheet: the first character, or the one after a separator.
_CELL = r"(^|[;\t\r\n])"
# Characters that begin a formula, also after blanks and quotes, and in full width.
_DANGEROUS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_UNGUARDED = re.compile(rf"{_CELL}(?=[\s\"\x00\u200b\ufeff]*[{_DANGEROUS}]|')")
_GUARD = re.compile(f"{_CELL}'")

_MOST_SHEET_ROWS = 1_048_576
_MOST_CELL_CHARACTERS = 32_767
# Excel keeps 15 digits of a number.
_MOST_EXACT = 10**15
_CREATED = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Exports:
    """The relations of the rows to export and of the names of their files.

    Attributes:
        folder: name of the folder that the files are published in.
        rows: the rows of all files.
        files: one row per file, also for files without rows.
        column: the column of both relations that names the file.
    """

    folder: str
    rows: Any
    files: Any
    column: str


def write_exports(exports: Exports, parent: Path) -> None:
    """Write the files into ``parent / exports.folder``; only their owner may read them.

    Rows are ordered by all columns, so that equal runs give equal files. The rows of one name must
    fit into memory.

    Args:
        exports: the relations to write.
        parent: the parent of the new folder.

    Raises:
        ValueError: a name has other characters than ``a-z``, ``0-9`` and ``_``, or a text is longer
            than a cell of Excel.
        OSError: a file cannot be written.
    """
    folder = parent / exports.folder
    folder.mkdir(mode=0o700)
    for name in sorted(read_table(exports.files)[exports.column].to_pylist()):
        if not _FILE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a valid file name; expected a-z, 0-9 and _")
        table = read_table(exports.rows.filter(f"{exports.column} = '{name}'"))
        table = table.sort_by([(column, "ascending") for column in table.column_names])
        with _private_file(folder / f"{name}.parquet") as file:
            parquet.write_table(table, file)
        with _private_file(folder / f"{name}.csv") as file:
            csv.write_csv(_guarded_table(table), file)
        with _private_file(folder / f"{name}.xlsx") as file:
            _write_workbook(table, file, folder)


def guarded(text: str) -> str:
    """A text as a CSV cell that no spreadsheet takes for a formula or a number.

    An apostrophe precedes every text that begins like a formula, a signed number or a guarded text.
    ``unguarded`` removes it.
    """
    return _UNGUARDED.sub(r"\1'", text)


def unguarded(text: str) -> str:
    """The original text of a ``guarded`` one."""
    return _GUARD.sub(r"\1", text)


def _guarded_table(table: pa.Table) -> pa.Table:
    for position, field in enumerate(table.schema):
        if _is_text(field.type):
            cells = [None if cell is None else guarded(cell) for cell in _cells(table[position])]
            table = table.set_column(position, field, pa.array(cells, field.type))
    return table


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _cells(column: pa.ChunkedArray) -> Iterator[Any]:
    for chunk in column.iterchunks():
        yield from chunk.to_pylist()


def _write_workbook(table: pa.Table, file: Any, folder: Path) -> None:
    # Rows first go to temporary files in this folder, which only their owner may read.
    options = {"constant_memory": True, "tmpdir": str(folder)}
    with Workbook(file, options) as workbook:
        # With the current time, files of equal runs would differ.
        workbook.set_properties({"created": _CREATED})
        formats = {kind: workbook.add_format({"num_format": kind}) for kind in ("@", "yyyy-mm-dd")}
        rows = _MOST_SHEET_ROWS - 1
        for start in range(0, max(table.num_rows, 1), rows):
            sheet = workbook.add_worksheet()
            for column, name in enumerate(table.column_names):
                sheet.write_string(0, column, name)
            columns = [_cells(column) for column in table.slice(start, rows).columns]
            for row, cells in enumerate(zip(*columns, strict=True), 1):
                for column, cell in enumerate(cells):
                    _write_cell(sheet, row, column, cell, formats)


def _write_cell(
    sheet: Worksheet, row: int, column: int, cell: Any, formats: dict[str, Format]
) -> None:
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | float() | Decimal() if -_MOST_EXACT < cell < _MOST_EXACT:
            sheet.write_number(row, column, cell)
        case date() if not isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell, formats["yyyy-mm-dd"])
        case _:
            text = str(cell)
            if len(text) > _MOST_CELL_CHARACTERS:
                raise ValueError(
                    f"a text in column {column + 1} is longer than {_MOST_CELL_CHARACTERS} "
                    "characters, the maximum of an Excel cell; shorten it in the landing"
                )
            sheet.write_string(row, column, text, formats["@"])


@contextmanager
def _private_file(path: Path) -> Iterator[Any]:
    # The mode is set at creation, because others could read the file before a later change.
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        yield file
