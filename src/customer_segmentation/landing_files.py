"""Plan how the files of a landing folder are read, the same way for every engine.

A plan says for each table which files to read, with which delimiter and columns. Engines guess
these from the first lines, and a wrong guess loses rows or columns in silence. A problem is an
error that names the table, the file and the line, and never quotes a row.
"""

import contextlib
import csv
import gzip
import hashlib
import io
import re
import sys
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from customer_segmentation.landing_names import nearest_name, nearest_names

DELIMITERS = ",;\t|"

_DATA = re.compile(r"(?P<stem>.+?)\.(?P<ending>csv|tsv|txt|parquet)(?P<gzip>\.gz)?", re.IGNORECASE)
# Files that may hold data, but are not read.
_OTHER_DATA = re.compile(
    r"(?P<stem>[^.]+)(\.\w+)*"
    r"\.(7z|avro|bz2|feather|gz|jsonl?|ndjson|ods|orc|pq|rar|tar|xlsx?|xml|zip|zst)"
    # Without an ending.
    r"|(?P<whole>[^.]+)",
    re.IGNORECASE,
)
# Marks and checksums of the programs that write folders.
_IGNORED = re.compile(r"[._~].*|.*\.(crc|tmp|swp)", re.IGNORECASE)
# Words that an export adds to the name of a table.
_ADDED_WORDS = {
    *("all", "backup", "copy", "csv", "data", "dump", "export", "exported", "final", "full"),
    *("gz", "latest", "new", "old", "parquet", "part", "snappy", "table"),
}
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"


# Landing tables, their columns, and whether the column is required.
Contract = Mapping[str, Mapping[str, bool]]


class LandingError(ValueError):
    """A landing that cannot be read; the text says why and what to do."""


class _File(NamedTuple):
    """A file and what a change of it changes."""

    path: str
    size: int
    modified: int | None


@dataclass(frozen=True)
class _Part:
    """Files that are read by one call of the engine's reader."""

    format: str
    columns: tuple[tuple[str, str], ...]
    """Names in the file and in the landing."""
    types: tuple[str, ...] = ()
    delimiter: str = ","
    is_gzip: bool = False
    is_copy: bool = False
    """Copies are elsewhere, and one pattern of paths has one root."""
    constants: tuple[tuple[str, str], ...] = ()


class Landing(NamedTuple):
    """The files of a landing folder by table, and all that is wrong with their names."""

    tables: dict[str, list[_File]]
    unknown: list[str]
    problems: list[str]


def landing(folder: str, tables: Iterable[str]) -> Landing:
    """The files and folders of ``folder``, assigned to the ``tables`` by their names.

    A name that resembles the name of a table is a problem; another one is unknown.
    """
    names = {_canonical(table): table for table in tables}
    files: dict[str, dict[str, list[_File]]] = {}
    unknown, problems = [], []
    for entry in _entries(folder):
        name = PurePosixPath(entry.path).name
        is_folder = entry.type == fs.FileType.Directory
        readable = None if is_folder else _DATA.fullmatch(name)
        other = None if is_folder else _OTHER_DATA.fullmatch(name)
        if not (is_folder or readable or other):
            continue
        stem = readable["stem"] if readable else (other and other["stem"]) or name
        table = names.get(_canonical(stem))
        shown = f"{name}/" if is_folder else name
        if table and (readable or is_folder) and stem == table:
            found = list(_data_files(folder, entry)) if is_folder else [_file(entry)]
            if not found:
                problems.append(f"{table}: the folder {shown} has no CSV or Parquet file")
            files.setdefault(table, {})[shown] = found
        elif table and (readable or is_folder):
            right_name = f"{table}/" if is_folder else table + name[len(stem) :].lower()
            problems.append(
                f"{table}: {shown} looks like this table; rename it to {right_name}, or move it"
                " out of the folder"
            )
        elif table:
            problems.append(
                f"{table}: {shown} is no CSV or Parquet file; save it as {table}.csv, or move it"
                " out of the folder"
            )
        elif any(_data_files(folder, entry)) if is_folder else "." in name:
            unknown.append(shown)
    for table, places in files.items():
        if len(places) > 1:
            problems.append(
                f"{table}: {' and '.join(sorted(places))} are both this table; keep one of them"
            )
    found_tables = {table: next(iter(places.values())) for table, places in files.items()}
    return Landing(
        {table: found for table, found in found_tables.items() if found}, unknown, problems
    )


def schema_problems(names: Iterable[str], tables: Iterable[str]) -> list[str]:
    """A message for each of ``tables`` that a schema has under a similar name only."""
    own_names = sorted(names)
    return [
        f"{table}: {name} looks like this table; rename it, or create a view {table} of it"
        for table in sorted({*tables} - {*own_names})
        for name in own_names
        if _canonical(name) == _canonical(table)
    ]


def unknown_files(
    folder: str, tables: Sequence[str], missing: Sequence[str]
) -> list[tuple[str, str | None]]:
    """The files that are no table, each with the ``missing`` table that it may be."""
    names = landing(folder, tables).unknown
    return [(name, nearest_name(name.split(".")[0].strip("/"), missing)) for name in names]


def table_plan(
    folder: str, table: str, contract: Contract, encoding: str, copies: str
) -> dict[str, Any] | None:
    """The plan of a landing ``table``, or None if it has no files.

    The ``contract`` needs only the names of the other tables.
    """
    files = landing(folder, contract).tables.get(table)
    return _landing_plan(table, folder, files, contract, encoding, copies) if files else None


def export_plan(
    folder: str, names: Sequence[str], encoding: str, copies: str
) -> dict[str, Any] | None:
    """The plan of the first export of ``names`` that ``folder`` has, or None.

    An export is a file or a folder of that name. Its columns keep their names.
    """
    for name in names:
        for entry in _entries(folder):
            own_name = PurePosixPath(entry.path).name
            readable = _DATA.fullmatch(own_name)
            if entry.type == fs.FileType.Directory and own_name == name:
                files = list(_data_files(folder, entry))
            elif entry.type == fs.FileType.File and readable and readable["stem"] == name:
                files = [_file(entry)]
            else:
                continue
            if files:
                return _plan(name, folder, files, encoding, copies)
    return None


def file_plan(path: str, encoding: str, copies: str) -> dict[str, Any]:
    """The plan of one file, whose columns keep their names."""
    filesystem, place = _place(path)
    info = filesystem.get_file_info(place)
    name = PurePosixPath(place).name
    if info.type != fs.FileType.File or not _DATA.fullmatch(name):
        raise LandingError(f"{path} is no CSV or Parquet file")
    return _plan(name, str(PurePosixPath(path).parent), [_file(info, path)], encoding, copies)


def reading_problems(folder: str, contract: Contract, encoding: str, copies: str) -> list[str]:
    """All that is wrong with the files of a landing folder, a message each."""
    found = landing(folder, contract)
    problems = list(found.problems)
    for table, files in found.tables.items():
        try:
            _landing_plan(table, folder, files, contract, encoding, copies)
        except LandingError as error:
            problems.append(str(error))
    return problems


def lacking_columns(
    table: str, names: Iterable[str], contract: Mapping[str, bool], file: str = ""
) -> str | None:
    """A message if required columns are not among the ``names`` of a table, else None.

    Only names of the contract are shown: the header of a file without one is a person's data.
    """
    own_names = set(names)
    missing = [
        name for name, is_required in contract.items() if is_required and name not in own_names
    ]
    if not missing:
        return None
    known = [name for name in contract if name in own_names]
    # With several names of the contract, the first line is a header and no person's data.
    meant = nearest_names(contract, own_names) if len(known) > 1 else []
    hints = "".join(
        f" Rename {nearest} to {name}." for name, _, nearest in meant if name in missing and nearest
    )
    return (
        f"landing table '{table}' lacks required column(s) {', '.join(missing)}"
        f"{f' in {file}' if file else ''}.{hints} It has"
        f" {', '.join(known) or 'no column'} of the contract and {len(own_names) - len(known)}"
        " other(s). A file needs a header line with the names of the contract, which is in"
        " models/staging/*/_*__sources.yml, and as many fields in every line."
    )


def folded(name: str) -> str:
    """The name of a column without blanks around it and in small letters."""
    visible = name.translate(dict.fromkeys(map(ord, _INVISIBLE))).strip()
    return re.sub(r"[\s-]+", "_", unicodedata.normalize("NFC", visible).lower())


def _canonical(name: str) -> str:
    """The name of a table without case, plural, signs, digits and words that exports add."""
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word]
    own_words = [word for word in words if word not in _ADDED_WORDS] or words
    return "".join(word.removesuffix("s") for word in own_words)


# ---- files -------------------------------------------------------------------------------------


def _place(path: str) -> tuple[fs.FileSystem, str]:
    """The file system of a path or URL, and the path in it."""
    if "://" in path:
        filesystem, place = fs.FileSystem.from_uri(path)
        return filesystem, place
    return fs.LocalFileSystem(), path


def _entries(folder: str, recursive: bool = False) -> list[fs.FileInfo]:
    """Files and folders in ``folder``, sorted, without marks and checksums."""
    filesystem, place = _place(folder.rstrip("/") or "/")
    selector = fs.FileSelector(place, allow_not_found=True, recursive=recursive)
    try:
        entries = filesystem.get_file_info(selector)
    except NotADirectoryError:
        return []
    ignored = len(PurePosixPath(place).parts)
    return sorted(
        (
            entry
            for entry in entries
            if not any(
                _IGNORED.fullmatch(part) for part in PurePosixPath(entry.path).parts[ignored:]
            )
        ),
        key=lambda entry: str(entry.path),
    )


def _data_files(folder: str, subfolder: fs.FileInfo) -> Iterator[_File]:
    """The data files below a folder."""
    path = f"{folder.rstrip('/')}/{PurePosixPath(subfolder.path).name}"
    for entry in _entries(path, recursive=True):
        if entry.type == fs.FileType.File and _DATA.fullmatch(PurePosixPath(entry.path).name):
            yield _file(entry)


def _file(entry: fs.FileInfo, path: str | None = None) -> _File:
    return _File(path or entry.path, entry.size, entry.mtime_ns)


# ---- plans -------------------------------------------------------------------------------------


def _landing_plan(
    table: str, folder: str, files: Sequence[_File], contract: Contract, encoding: str, copies: str
) -> dict[str, Any]:
    for file in files:
        # A file without a header would have a row as its header.
        own_plan = _plan(table, folder, [file], encoding, copies, is_folded=True)
        lacking = lacking_columns(table, own_plan["columns"], contract[table], file.path)
        if lacking:
            raise LandingError(lacking)
    return _plan(table, folder, files, encoding, copies, is_folded=True)


def _plan(
    table: str,
    folder: str,
    files: Sequence[_File],
    encoding: str,
    copies: str,
    is_folded: bool = False,
) -> dict[str, Any]:
    """Files with the same form are one part. The columns are those of all parts."""
    parts: dict[_Part, list[str]] = {}
    depth = len(PurePosixPath(_place(folder)[1]).parts)
    for file in files:
        shown = "/".join(PurePosixPath(file.path).parts[depth:]) or file.path
        with _named(table, file.path):
            part, path = _part(file, encoding, copies, is_folded)
        constants = tuple(re.findall(r"(\w+)=([^/]*)/", shown))
        part = _Part(**{**vars(part), "constants": constants})
        parts.setdefault(part, []).append(path)
    columns = dict.fromkeys(
        name
        for part in parts
        for name in (*(own for _, own in part.columns), *dict(part.constants))
    )
    return {
        "columns": list(columns),
        "is_cast": len(parts) > 1,
        "parts": [
            {
                "format": part.format,
                "files": paths,
                "columns": {own: name for name, own in part.columns},
                "constants": dict(part.constants),
                "delimiter": part.delimiter,
                "is_gzip": part.is_gzip,
            }
            for part, paths in parts.items()
        ],
    }


@contextlib.contextmanager
def _named(table: str, path: str) -> Iterator[None]:
    """Adds the table and the file to the text of an error."""
    try:
        yield
    except LandingError as error:
        raise LandingError(f"{table}: {path} {error}") from None
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        damage = "no whole Parquet file" if isinstance(error, pa.ArrowException) else "damaged"
        if isinstance(error, OSError) and error.strerror:
            raise LandingError(f"{table}: {path} cannot be opened: {error.strerror}") from None
        raise LandingError(
            f"{table}: {path} cannot be read: it is {damage}; export the file again"
        ) from None


@cache
def _part(file: _File, encoding: str, copies: str, is_folded: bool) -> tuple[_Part, str]:
    """The form of a file, and the path to read: the file, or a copy that any engine can read."""
    name = _DATA.fullmatch(PurePosixPath(file.path).name)
    assert name
    if file.size == 0:
        raise LandingError("is empty; it needs at least a header line")
    if name["ending"].lower() == "parquet":
        filesystem, place = _place(file.path)
        with filesystem.open_input_file(place) as opened:
            schema = pq.read_schema(opened)
        columns = _columns(schema.names, is_folded)
        return _Part("parquet", columns, tuple(map(str, schema.types))), file.path
    is_gzip = bool(name["gzip"])
    form = _text_form(file.path, is_gzip, encoding)
    # The reader of text gives the names of the landing to its columns, by their places.
    columns = tuple((own, own) for _, own in _columns(form.header, is_folded))
    if form.is_plain:
        return _Part("csv", columns, delimiter=form.delimiter, is_gzip=is_gzip), file.path
    return _Part("csv", columns, is_copy=True), _plain_copy(file, is_gzip, form, copies)


def _columns(names: Sequence[str], is_folded: bool) -> tuple[tuple[str, str], ...]:
    """The names of a file and of the landing. Names are not quoted: they may be a person's data."""
    own_names = [
        # Quotes would end a name in SQL.
        re.sub('["`]', "_", folded(name) if is_folded else name.strip(_INVISIBLE + " "))
        or f"column_{number}"
        for number, name in enumerate(names, 1)
    ]
    seen: dict[str, int] = {}
    for number, name in enumerate(own_names, 1):
        first = seen.setdefault(name.lower(), number)
        if first != number:
            raise LandingError(
                f"has the same name for columns {first} and {number} of its header; rename or"
                " remove one of them"
            )
    return tuple(zip(names, own_names, strict=True))


# ---- text --------------------------------------------------------------------------------------


class _TextForm(NamedTuple):
    encoding: str
    delimiter: str
    header: list[str]
    lines_before: int
    is_plain: bool
    """Whether every engine reads the file rightly as it is."""


def _text_form(path: str, is_gzip: bool, encoding: str) -> _TextForm:
    """Reads a file of text once: its encoding, line breaks, delimiter and header."""
    own_encoding, head, newlines = _decoded(path, is_gzip, encoding)
    if "\0" in head[:2000].split("\n")[0]:
        raise LandingError(
            "is UTF-16 text; save it as UTF-8 or set the var landing_encoding: utf-16"
        )
    lines = head.split("\n")
    before = 0
    while before < len(lines) and not lines[before].strip(" \t\r" + _INVISIBLE):
        before += 1
    if before == len(lines):
        raise LandingError("is empty; it needs at least a header line")
    # Excel writes the delimiter into a line of its own.
    named = re.fullmatch(r"sep=(.)", lines[before].strip("\r" + _INVISIBLE), re.IGNORECASE)
    if named:
        before += 1
    headers = {
        delimiter: _first_row("\n".join(lines[before:]), delimiter)
        for delimiter in (named[1] if named else DELIMITERS)
    }
    delimiter, header = max(headers.items(), key=lambda entry: len(entry[1]))
    is_plain = (
        own_encoding == "utf-8"
        and before == 0
        and len(header) > 1
        and newlines in (None, "\n", "\r\n")
    )
    return _TextForm(own_encoding, delimiter, header, before, is_plain)


def _decoded(path: str, is_gzip: bool, encoding: str) -> tuple[str, str, Any]:
    """The encoding of a file, the beginning of its text, and its line breaks.

    UTF-8 is recognised by its bytes: text of another encoding is not UTF-8 by chance, except for
    UTF-16, whose letters have zero bytes. Other files have the ``encoding`` of the landing.
    """
    for own_encoding in dict.fromkeys(["utf-8", encoding]):
        try:
            with _open_text(path, is_gzip, own_encoding, newline=None) as text:
                head = text.read(1 << 20)
                if "\0" in head[:200] and own_encoding != encoding:
                    continue
                while text.read(1 << 20):
                    pass
                return own_encoding, head, text.newlines
        except UnicodeError:
            continue
    raise LandingError(_not_encoded(path, is_gzip, encoding))


def _not_encoded(path: str, is_gzip: bool, encoding: str) -> str:
    """A message with the first line that is not text of ``encoding``."""
    with _open_bytes(path, is_gzip) as opened:
        if opened.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            cause = "it is UTF-16 text; save it as UTF-8 or set the var landing_encoding: utf-16"
            return f"cannot be read: {cause}"
    number = 0
    with _open_bytes(path, is_gzip) as opened, contextlib.suppress(UnicodeError):
        for number, line in enumerate(opened, 1):  # noqa: B007
            line.decode(encoding)
    return (
        f"cannot be read: line {number} is not {encoding.upper()} text; save the file as UTF-8, or"
        " set the var landing_encoding to the encoding of the file, such as windows-1252"
    )


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return []


def _plain_copy(file: _File, is_gzip: bool, form: _TextForm, copies: str) -> str:
    """A copy as UTF-8 with commas and one kind of line break; an older one is replaced."""
    source = hashlib.sha256(file.path.encode()).hexdigest()[:16]
    version = hashlib.sha256(repr((file, form)).encode()).hexdigest()[:16]
    folder = Path(copies) / source
    copy = folder / f"{version}.csv"
    if copy.exists():
        return str(copy)
    folder.mkdir(parents=True, exist_ok=True)
    for older in folder.iterdir():
        older.unlink()
    unfinished = folder / "unfinished"
    csv.field_size_limit(sys.maxsize)
    with (
        _open_text(file.path, is_gzip, form.encoding, newline="") as text,
        unfinished.open("w", newline="", encoding="utf-8") as target,
    ):
        for _ in range(form.lines_before):
            text.readline()
        reader = csv.reader(text, delimiter=form.delimiter, strict=True)
        writer = csv.writer(target, lineterminator="\n")
        width = len(form.header)
        try:
            for row in reader:
                if len(row) == width + 1 and not row[-1]:
                    row.pop()
                if row and len(row) != width:
                    line = reader.line_num + form.lines_before
                    raise LandingError(
                        f"cannot be read: line {line} does not have the {width} fields of the"
                        " header; put quotes around values with a delimiter or line break, and"
                        " complete a line that was cut"
                    )
                if row:
                    writer.writerow(row)
        except csv.Error:
            line = reader.line_num + form.lines_before
            raise LandingError(
                f"cannot be read: a quote is not closed in line {line}; double a quote inside a"
                " value"
            ) from None
    unfinished.rename(copy)
    return str(copy)


@contextlib.contextmanager
def _open_bytes(path: str, is_gzip: bool) -> Iterator[Any]:
    filesystem, place = _place(path)
    with filesystem.open_input_stream(place, compression=None) as opened:
        if is_gzip:
            with gzip.open(opened) as unzipped:
                yield unzipped
        else:
            yield io.BufferedReader(opened)


@contextlib.contextmanager
def _open_text(path: str, is_gzip: bool, encoding: str, newline: str | None) -> Iterator[Any]:
    with _open_bytes(path, is_gzip) as opened:
        # utf-8-sig leaves out the mark at the beginning.
        own_encoding = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
        with io.TextIOWrapper(opened, encoding=own_encoding, newline=newline) as text:
            yield text
