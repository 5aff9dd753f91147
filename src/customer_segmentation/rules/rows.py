"""The rows of segment_rules, with their numbers in the file."""

import csv
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import pyarrow as pa

COLUMNS = ("segment", "rule_group", "feature", "operator", "value", "width")


@dataclass(frozen=True)
class Row:
    """One row: all fields are stripped text, '' for an empty field.

    ``number`` is the number of the row in the file; the header is row 1.
    """

    number: int
    segment: str
    rule_group: str
    feature: str
    operator: str
    value: str
    width: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields without the number."""
        return astuple(self)[1:]


def numbered_rows(records: Iterable[Mapping[str, object]], file: Path | None = None) -> list[Row]:
    """Rows in the order of the file, without empty rows.

    ``records`` are the rows of the loaded seed. A table has neither an order nor empty lines; so
    numbers come from ``file``, the seed's CSV, if it can be read. Otherwise rows are counted in the
    given order.
    """
    places: dict[tuple[str, ...], deque[int]] = defaultdict(deque)
    for number, fields in _file_rows(file):
        places[fields].append(number)
    rows = []
    for position, record in enumerate(records, start=2):
        fields = tuple(_text(record.get(column)) for column in COLUMNS)
        if any(fields):
            number = places[fields].popleft() if places[fields] else position
            rows.append(Row(number, *fields))
    return sorted(rows, key=lambda row: row.number)


def table_rows(table: pa.Table, file: Path | None = None) -> list[Row]:
    """``numbered_rows`` of a table with the columns ``COLUMNS``."""
    return numbered_rows(table.select(COLUMNS).to_pylist(), file)


def _file_rows(file: Path | None) -> list[tuple[int, tuple[str, ...]]]:
    if file is None or not file.is_file():
        return []
    with file.open(newline="", encoding="utf-8-sig") as lines:
        header, *rows = list(csv.reader(lines)) or [[]]
    names = [name.strip().lower() for name in header]
    return [
        (number, tuple(_text(dict(zip(names, row, strict=False)).get(name)) for name in COLUMNS))
        for number, row in enumerate(rows, start=2)
    ]


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
