"""Rewrite errors of the database, its file readers and Python models without data.

DuckDB quotes values that it cannot convert and lines of CSV files that it cannot read, names and
addresses included. dbt prints such a text and keeps it in its log and in ``target``. Here a text is
shown only if it is about SQL, files or the machine. Any other text is replaced by the problem, its
place, and what to do.
"""

import linecache
import re
import traceback
from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).parent

# Their texts quote SQL, names of tables and columns, and paths, but no values of rows.
_ABOUT_SQL = {
    *("AnalysisException", "BinderException", "CatalogException", "ConnectionException"),
    *("DependencyException", "HTTPException", "IOException", "InterruptException"),
    *("OutOfMemoryException", "ParseException", "ParserException", "PermissionException"),
    "SyntaxException",
}
_ABOUT_CODE = (AttributeError, ImportError, MemoryError, NameError, SyntaxError)
_NULL_FOUND = re.compile(r"Constraint Error: NOT NULL constraint failed: \w+\.\w+")

# Phrases of DuckDB's readers, their meaning, and what to do. {line} and {expected} are numbers.
_READER_ERRORS = [
    ("not utf-8 encoded", "line {line} is not UTF-8 text", "save the file as UTF-8"),
    (
        "Maximum line size",
        "line {line} is longer than the reader allows",
        "close the quote that an earlier line opens, or shorten the value",
    ),
    ("unterminated quote", "a quote is not closed in line {line}", "double a quote inside a value"),
    (
        "Expected Number of Columns",
        "line {line} does not have the {expected} fields of the header",
        "put quotes around values with a comma or line break, and complete a line that was cut",
    ),
    ("CSV Error on Line", "line {line} is no CSV as in the other lines", "repair the line"),
    (
        "Error when sniffing file",
        "the lines do not share a delimiter and quotes",
        "save the file as CSV in UTF-8 with a header line",
    ),
    (
        "invalid state",
        "its quotes or line breaks are not those of CSV",
        "put quotes around values with a quote or line break",
    ),
    (
        "Schema mismatch between globbed files",
        "its columns differ from those of another file in the folder",
        "give all files of the folder the same header",
    ),
    (
        "Invalid string encoding found in Parquet",
        "a text in it is not UTF-8",
        "export the file again with text as UTF-8",
    ),
    ("No magic bytes", "it is no whole Parquet file", "export the file again"),
    ("too small to be a Parquet", "it is no whole Parquet file", "export the file again"),
    ("Failed to read file", "it is damaged", "export the file again"),
    # A Parquet file with impossible lengths: DuckDB names no file.
    ("Out of buffer", "it is damaged", "export the file again"),
    ("Corrupted file", "it is damaged", "export the file again"),
]
_PATHS_IN_TEXT = re.compile(
    r"""^\s*file\ =\ (.+)$ | ^Current\ file:\ (.+)$ | \bfile\ "([^"\n]+)" | \bfile\ '([^'\n]+)'""",
    re.MULTILINE | re.VERBOSE | re.IGNORECASE,
)
# The beginning of a list of columns.
_COLUMNS = re.compile(r"\nCandidate bindings|, but found")
_TEXT_IN_SQL = r"'((?:[^']|'')*)'"
_PATHS_IN_SQL = re.compile(rf"read_(?:csv|parquet)\(\[?({_TEXT_IN_SQL}(?:, {_TEXT_IN_SQL})*)")


def database_error(error: BaseException, sql: str = "") -> str:
    """The error of ``sql`` in words without data."""
    text = str(error)
    reader_error = _reader_error(text, sql)
    if reader_error:
        return reader_error
    if _NULL_FOUND.fullmatch(text) or _is_raised_here(error):
        return text
    if type(error).__name__ in _ABOUT_SQL:
        # The columns of a CSV file without a header, and of its views, are values of its first row.
        return _COLUMNS.split(text)[0]
    column = re.findall(r"when casting from source column (\w+)", text)[-1:]
    place = f" on a value of column {column[0]}" if column and column[0] in sql else ""
    return (
        f"{type(error).__name__}: the database failed{place}. Its text is not shown, because it can"
        " quote personal data. To see it, run the compiled SQL below target/ in the database."
    )


def python_error(error: BaseException) -> str:
    """The traceback of a Python model, with the error's text only if it quotes no data."""
    return "Python model failed:\n" + "\n".join(_python_lines(error))


def _python_lines(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause:
        yield from _python_lines(cause)
        yield "\nwhich led to:\n"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    name = type(error).__name__
    if type(error).__module__.endswith("duckdb"):
        yield database_error(error)
    elif isinstance(error, OSError) and error.strerror:
        # The text of the system and a path of the project.
        yield f"{name}: {error.strerror}: {error.filename}"
    elif isinstance(error, _ABOUT_CODE) or name in _ABOUT_SQL or _is_raised_here(error):
        yield f"{name}: {error}"
    else:
        yield f"{name} (its text is not shown, because it can quote personal data)"


def _is_raised_here(error: BaseException) -> bool:
    """Whether a raise statement of this package made the error and its text."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or not Path(frames[-1].filename).is_relative_to(_PACKAGE):
        return False
    line = linecache.getline(frames[-1].filename, frames[-1].lineno or 0)
    return line.lstrip().startswith("raise ")


def _reader_error(text: str, sql: str) -> str | None:
    found = next((entry for entry in _READER_ERRORS if entry[0] in text), None)
    if not found:
        return None
    _, cause, remedy = found
    sources = [
        # Brackets keep signs of a path from being a pattern.
        re.sub(r"\[([][*?])\]", r"\1", path.replace("''", "'"))
        for paths, *_ in _PATHS_IN_SQL.findall(sql)
        for path in re.findall(_TEXT_IN_SQL, paths)
    ]
    file = _file(text, sources)
    if file and cause.endswith("not UTF-8 text") and _is_utf_16(file):
        cause = "it is UTF-16 text"
    line = re.search(r"CSV Error on Line: (\d+)", text)
    expected = re.search(r"Expected Number of Columns: (\d+)", text)
    cause = cause.format(
        line=line[1] if line else "?", expected=expected[1] if expected else "same number of"
    )
    return f"{file or 'a file'} cannot be read: {cause}; {remedy}"


def _file(text: str, sources: list[str]) -> str | None:
    """The file of an error: a path in the text, if it exists and the SQL reads it.

    Other paths may be data.
    """
    paths = ["".join(groups) for groups in _PATHS_IN_TEXT.findall(text)]
    for path in reversed(paths):
        if (path in sources or not sources) and Path(path).is_file():
            return path
    return sources[0] if len(sources) == 1 else None


def _is_utf_16(file: str) -> bool:
    with Path(file).open("rb") as opened:
        return opened.read(2) in (b"\xff\xfe", b"\xfe\xff")
