"""Exported files are safe in spreadsheets and lose no value."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from project import Project, csv_rows
from pyarrow import parquet
from pyarrow.csv import write_csv

from customer_segmentation import exporting
from customer_segmentation.exporting import Exports, guarded, unguarded, write_exports

DANGEROUS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Texts that attackers use for formulas, with separators around them.
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=f"{DANGEROUS}'\"; ,\u00a0\u200b\u202eaZ09|%"),
    st.from_regex(r"\A[ \t]*[=+@-][a-z0-9(){}|!']*\Z"),
).filter(lambda text: not re.search("[\ud800-\udfff]", text))


@given(TEXTS)
@example('=HYPERLINK("http://example.com","x")')
@example("+43 660 1234567")
@example(" \t=1")
@example("'=1")
@example("Shop;=1")
@example("\uff1d1")
@example("''")
def test_guarded_texts_are_no_formulas_and_are_restored(text: str) -> None:
    found = guarded(text)
    assert unguarded(found) == text
    for cell in re.split("[;\t\r\n]", found):
        assert not cell.lstrip(' "\u00a0\u2003\ufeff').startswith(tuple(DANGEROUS))


@pytest.mark.parametrize(
    "text", ["", "Ann", "a@b.example", "1-2", "a=b", "O'Neil", "08:00", "a; b"]
)
def test_harmless_texts_are_unchanged(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("character", DANGEROUS)
def test_every_dangerous_beginning_is_guarded(character: str) -> None:
    assert guarded(f"{character}1").startswith("'")
    assert guarded(f"  {character}1").startswith("'")


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_a_csv_file_restores_all_values(rows: list[tuple[str, str]]) -> None:
    table = pa.table({"a": [row[0] for row in rows], "b": [row[1] for row in rows]})
    file = io.BytesIO()
    write_csv(exporting._guarded_table(table), file)
    text = file.getvalue().decode()
    header, *cells = csv.reader(io.StringIO(text, newline=""))
    assert header == ["a", "b"]
    assert not [cell for row in cells for cell in row if cell.startswith(tuple(DANGEROUS))]
    assert [tuple(unguarded(cell) for cell in row) for row in cells] == rows


def written(folder: Path, table: pa.Table) -> Path:
    """The folder with the files of one name, x, from the rows of a table."""
    with duckdb.connect() as connection:
        connection.register("written_rows", table)
        connection.execute("create table members as select 'x' as list, * from written_rows")
        connection.execute("create table lists as select 'x' as list")
        members, lists = connection.table("members"), connection.table("lists")
        folder.mkdir(exist_ok=True)
        write_exports(Exports("lists", members, lists, "list"), folder)
    return folder / "lists"


def sheet_cells(path: Path, sheet: int = 1) -> tuple[list[Any], list[str]]:
    """Rows of a sheet as (type, value) by column, and its formulas."""
    with ZipFile(path) as book:
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    rows = []
    for row in root.iter(f"{SHEET}row"):
        cells: Mapping[str, tuple[str, str]] = {
            re.sub("[0-9]", "", cell.attrib["r"]): (
                cell.attrib.get("t", "n"),
                "".join(text.text or "" for text in cell.iter() if text.tag != f"{SHEET}is"),
            )
            for cell in row
        }
        rows.append(cells)
    return rows, [formula.text or "" for formula in root.iter(f"{SHEET}f")]


PHONES = ["+436601234567", "+43 660 1234567", "06601234567", "436601234567890", "00436601234567"]


def test_telephone_numbers_survive_in_each_kind_of_file(tmp_path: Path) -> None:
    folder = written(tmp_path, pa.table({"address": PHONES}))
    cells, formulas = sheet_cells(folder / "x.xlsx")
    assert formulas == []
    assert [row["B"] for row in cells[1:]] == [("inlineStr", phone) for phone in sorted(PHONES)]
    assert parquet.read_table(folder / "x.parquet")["address"].to_pylist() == sorted(PHONES)
    assert [unguarded(row["address"]) for row in csv_rows(folder / "x.csv")] == sorted(PHONES)
    # pandas reads plain digits as numbers; our numbers have a country code.
    international = written(tmp_path / "two", pa.table({"address": PHONES[:2]}))
    read = pd.read_csv(international / "x.csv")["address"]
    assert [unguarded(phone) for phone in read] == sorted(PHONES[:2])


def test_a_sheet_keeps_texts_numbers_and_dates(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": ["=1+1", "{=1}", "https://example.com", None],
            "day": [date(2025, 6, 29), None, None, None],
            "number": [1.5, None, None, None],
            "amount": pa.array([Decimal("-2.50"), None, None, None], pa.decimal128(18, 2)),
            "long": pa.array([10**15, -1, 10**15 - 1, None], pa.int64()),
            "yes": [True, None, None, None],
        }
    )
    cells, formulas = sheet_cells(written(tmp_path, table) / "x.xlsx")
    assert formulas == []
    assert [text for _, text in cells[0].values()] == ["list", *table.column_names]
    assert cells[1] == {
        "A": ("inlineStr", "x"),
        "B": ("inlineStr", "=1+1"),
        # Days since 1899-12-30.
        "C": ("n", "45837"),
        "D": ("n", "1.5"),
        "E": ("n", "-2.50"),
        "F": ("inlineStr", "1000000000000000"),
        "G": ("b", "1"),
    }
    by_text = {row["B"][1]: row["F"] for row in cells[2:] if "B" in row}
    assert by_text == {"{=1}": ("n", "-1"), "https://example.com": ("n", "999999999999999")}
    with ZipFile(tmp_path / "lists" / "x.xlsx") as book:
        assert not [name for name in book.namelist() if "rels" in name and "sheet" in name]


def test_equal_rows_give_equal_private_files(tmp_path: Path) -> None:
    table = pa.table({"address": ["b", "a"], "day": [date(2025, 6, 29), None]})
    one = written(tmp_path / "one", table)
    two = written(tmp_path / "two", table.sort_by("address"))
    assert sorted(file.name for file in one.iterdir()) == ["x.csv", "x.parquet", "x.xlsx"]
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600


def test_rows_continue_on_the_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_MOST_SHEET_ROWS", 3)
    path = written(tmp_path, pa.table({"address": list("abcd")})) / "x.xlsx"
    texts = [[row["B"][1] for row in sheet_cells(path, sheet)[0]] for sheet in (1, 2)]
    assert texts == [["address", "a", "b"], ["address", "c", "d"]]


def test_a_too_long_text_is_an_error_without_the_text(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="column 2 is longer than 32767") as error:
        written(tmp_path, pa.table({"address": ["secret" * 10_000]}))
    assert "secret" not in str(error.value)


@pytest.mark.end_to_end
def test_addresses_of_the_sample_are_texts_in_every_file(built: Project) -> None:
    folder = built.published.parent / "audiences"
    guards = 0
    for file in sorted(folder.glob("*.parquet")):
        addresses = parquet.read_table(file)["address"].to_pylist()
        guards += sum(address.startswith("+") for address in addresses)
        rows = csv_rows(file.with_suffix(".csv"))
        assert not [
            cell for row in rows for cell in row.values() if cell.startswith(tuple(DANGEROUS))
        ]
        assert [unguarded(row["address"]) for row in rows] == addresses
        (_, *cells), calculated = sheet_cells(file.with_suffix(".xlsx"))
        assert calculated == []
        # audience, customer_id, as_of_date, channel, address
        assert [row["E"] for row in cells] == [("inlineStr", address) for address in addresses]
    assert guards > 0
