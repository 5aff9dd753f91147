"""The business's own rows in place of rows of the project's seeds (docs/business.md).

A CSV file in the folder business_path has the name of a seed in seeds/business. Its rows replace
the rows of the seed that have the same value in the first column; other rows of the seed stay.
Seeds of examples are replaced whole. Without a file, they have rows for the sample only, unless
use_examples is true.
"""

import csv
import difflib
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from customer_segmentation.paths import PACKAGE, project_path

Node = Mapping[str, Any]
Row = tuple[str, ...]


class PlacedRow(NamedTuple):
    """A row of a CSV file and its number there; the header is row 1."""

    file: Path
    number: int
    fields: Row


_FOLDER = "seeds/business/"
# Files that the graph is built from; another row needs a model.
_PART_OF_THE_PROJECT = {"segmentations"}


class BusinessFileError(ValueError):
    """A file in business_path that cannot be used, in one sentence."""


def business_problems(nodes: Iterable[Node], var: Callable[..., Any]) -> list[str]:
    """The problems of business_path and of its files, one sentence each.

    ``nodes`` are the nodes of the project; ``var`` is the function of macros.
    """
    folder = Path(project_path(var("business_path")))
    if not var("business_path"):
        return []
    if not folder.is_dir():
        return [f"business_path is '{folder}', which is no folder"]
    seeds = {node["name"]: node for node in nodes if is_of_the_business(node)}
    problems = []
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() != ".csv":
            continue
        if file.stem in _PART_OF_THE_PROJECT:
            problems.append(f"{file}: another segmentation needs a model, see CONTRIBUTING.md")
        elif file.stem not in seeds:
            near = difflib.get_close_matches(file.stem, seeds, n=1, cutoff=0.6)
            advice = f"; rename it to {near[0]}.csv" if near else ""
            problems.append(f"{file}: no seed of the business has this name{advice}")
        else:
            try:
                _read(seeds[file.stem], file)
            except BusinessFileError as error:
                problems.append(str(error))
    return problems


def business_rows(node: Node, var: Callable[..., Any]) -> dict[str, Any] | None:
    """All rows that the seed ``node`` has in this run; None if they are those of its own file.

    Returns:
        ``columns``, and ``rows`` of texts in their order, None for an empty field.

    Raises:
        BusinessFileError: the file of business_path cannot be used.
    """
    if not is_of_the_business(node) or _is_as_in_the_project(node, var):
        return None
    rows = [[field or None for field in row.fields] for row in placed_rows(node, var)]
    return {"columns": tuple(node["config"]["column_types"]), "rows": rows}


def placed_rows(node: Node, var: Callable[..., Any]) -> list[PlacedRow]:
    """All rows that the seed ``node`` has in this run, with their places.

    Raises:
        BusinessFileError: a file cannot be used.
    """
    file = Path(node["root_path"] or ".") / node["original_file_path"]
    if _is_as_in_the_project(node, var):
        # dbt keeps the blanks.
        return _read(node, file, is_stripped=False)
    own_file = business_file(node["name"], var("business_path"))
    own = _read(node, own_file) if own_file else []
    replaced = {row.fields[0] for row in own}
    kept = [] if _is_example(node) else _read(node, file)
    return [*(row for row in kept if row.fields[0] not in replaced), *own]


def _is_as_in_the_project(node: Node, var: Callable[..., Any]) -> bool:
    """Whether the seed has the rows of its own file, and no others."""
    has_own_file = business_file(node["name"], var("business_path")) is not None
    return not has_own_file and (not _is_example(node) or examples_are_on(var))


def _is_example(node: Node) -> bool:
    return bool(node["config"].get("meta", {}).get("is_example"))


def business_version(node: Node, var: Callable[..., Any]) -> str:
    """A hash of the rows of the seed ``node`` in this run; that of its file if it has them."""
    changed = business_rows(node, var)
    if changed is None:
        return str(node["checksum"]["checksum"])
    return hashlib.sha256(repr(changed).encode()).hexdigest()


def business_file(seed: str, business_path: str) -> Path | None:
    """The file in the folder ``business_path`` that has rows of ``seed``; None without one."""
    if not business_path:
        return None
    file = Path(project_path(business_path)) / f"{seed}.csv"
    return file if file.is_file() else None


def examples_are_on(var: Callable[..., Any]) -> bool:
    """Whether example rules, audiences and suppressions apply to this landing."""
    return bool(var("landing") == "sample" or var("use_examples"))


def is_of_the_business(node: Node) -> bool:
    """Whether a node is a seed whose rows a business may replace."""
    is_ours = node["package_name"] == PACKAGE and node["resource_type"] == "seed"
    return is_ours and str(node["original_file_path"]).startswith(_FOLDER)


def _read(node: Node, file: Path, *, is_stripped: bool = True) -> list[PlacedRow]:
    """The rows of a CSV file in the order of the seed's columns, checked against their types."""
    types = node["config"]["column_types"]
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BusinessFileError(f"{file}: save it as UTF-8 text") from error
    header_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=header_line.count)
    lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    header = [name.strip().lower() for name in lines[0]] if lines else []
    if problem := _header_problem(header, tuple(types)):
        raise BusinessFileError(f"{file}: {problem}")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(field.strip() for field in line):
            continue
        if len(line) != len(header):
            raise BusinessFileError(
                f"{file}, row {number}: {len(line)} fields instead of {len(header)}"
            )
        given = [field.strip() for field in line] if is_stripped else line
        fields = dict(zip(header, given, strict=True))
        for name, expected in _unread(fields, types):
            raise BusinessFileError(
                f"{file}, row {number}: {name} is '{fields[name]}'; expected {expected}"
            )
        rows.append(PlacedRow(file, number, tuple(fields[name] for name in types)))
    return rows


def _header_problem(header: list[str], columns: Row) -> str | None:
    unknown = [name for name in header if name not in columns]
    missing = [name for name in columns if name not in header]
    if unknown:
        return f"the seed has no column {', '.join(unknown)}; its columns are {', '.join(columns)}"
    if missing:
        return f"column {', '.join(missing)} is missing"
    twice = sorted({name for name in header if header.count(name) > 1})
    return f"column {', '.join(twice)} is there twice" if twice else None


def _unread(fields: Mapping[str, str], types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names of fields that their types cannot read, and what is expected."""
    for name, field in fields.items():
        read, expected = _READERS.get(types.get(name, "string").split("(")[0], (str, ""))
        try:
            if field:
                read(field)
        except ValueError:
            yield name, expected


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


_READERS: dict[str, tuple[Callable[[str], object], str]] = {
    **dict.fromkeys(("int", "bigint"), (int, "a whole number")),
    **dict.fromkeys(("double", "decimal"), (float, "a number")),
    "boolean": (_boolean, "true or false"),
    "date": (date.fromisoformat, "a day as YYYY-MM-DD"),
}
