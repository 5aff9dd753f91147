"""Landing files are found by their names, and read whole in the form that they have.

tests/python/test_macros.py reads such files on every engine.
"""

import csv
import gzip
from pathlib import Path
from typing import Any

import duckdb
import pytest

from customer_segmentation.landing_files import (
    export_plan,
    folded,
    lacking_columns,
    landing,
    reading_problems,
    schema_problems,
    table_plan,
    unknown_files,
)
from customer_segmentation.landing_formats import format_problems
from customer_segmentation.landing_names import nearest_name, nearest_names

CONTRACT = {
    "customers": {"contact_id": True, "email": False},
    "orders": {"order_id": True, "ordered_at": True, "gross_amount": False, "tax_amount": False},
    "order_lines": {"order_line_id": True, "order_id": True},
    "products": {"product_id": True},
}
ORDERS = "order_id,ordered_at\n1,2024-06-01\n2,2024-06-02\n"
PERSON = "Ada Byron"


def write(folder: Path, **files: str | bytes) -> Path:
    """Writes files by their names and returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def problems(folder: Path, encoding: str = "utf-8") -> str:
    return "\n".join(reading_problems(str(folder), CONTRACT, encoding, str(folder / "_copies")))


def plan(folder: Path, table: str = "orders", encoding: str = "utf-8") -> dict[str, Any] | None:
    return table_plan(str(folder), table, CONTRACT, encoding, str(folder / "_copies"))


@pytest.mark.parametrize(
    "name",
    [
        *("Orders.csv", "order.csv", "ORDERS.CSV", "orders_2024.csv", "orders-export (1).csv"),
        *("2024-06-01_orders.csv", "orders.parquet.csv", "Order_Lines.tsv", "orderlines.csv"),
        *("order_line.csv", "Order Lines.csv.gz", "Customers/a.csv", "customer.parquet"),
    ],
)
def test_a_name_that_resembles_a_table_stops_the_run(tmp_path: Path, name: str) -> None:
    message = problems(write(tmp_path, **{name: ORDERS}))
    assert "looks like this table; rename it to " in message
    assert name.split("/")[0] in message


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.json", "orders.csv.zst", "orders"])
def test_a_table_in_another_format_stops_the_run(tmp_path: Path, name: str) -> None:
    assert problems(write(tmp_path, **{name: "x"})) == (
        f"orders: {name} is no CSV or Parquet file; save it as orders.csv, or move it out of the"
        " folder"
    )


@pytest.mark.parametrize(
    "names",
    [
        ("orders.csv", "orders.parquet"),
        ("orders.csv", "orders.csv.gz"),
        ("orders.csv", "orders/a.csv"),
    ],
)
def test_two_places_of_a_table_stop_the_run(tmp_path: Path, names: tuple[str, str]) -> None:
    message = problems(write(tmp_path, **dict.fromkeys(names, ORDERS)))
    assert " are both this table; keep one of them" in message


def test_other_names_are_unknown_and_marks_are_ignored(tmp_path: Path) -> None:
    names = ("order_items.csv", "newsletter.csv", "fx/2024.csv", "report.xlsx")
    ignored = ("README.md", ".orders.csv.swp", "_SUCCESS", "orders.csv.crc", "~$orders.xlsx")
    write(tmp_path, **{"orders.csv": ORDERS}, **dict.fromkeys((*names, *ignored), "x"))
    assert unknown_files(str(tmp_path), [*CONTRACT], ["order_lines"]) == [
        ("fx/", None),
        ("newsletter.csv", None),
        ("order_items.csv", "order_lines"),
        ("report.xlsx", None),
    ]
    assert not problems(tmp_path)


def test_the_name_of_the_landing_folder_is_no_table(tmp_path: Path) -> None:
    folder = write(tmp_path / "customers", **{"orders.csv": ORDERS})
    assert [*landing(str(folder), CONTRACT).tables] == ["orders"]


def test_a_folder_has_its_data_files_at_any_depth(tmp_path: Path) -> None:
    names = ("a.csv", "y=2024/m=06/b.CSV", "_temporary/c.csv", "_SUCCESS", ".a.csv.crc", "notes.md")
    write(tmp_path / "orders", **dict.fromkeys(names, ORDERS))
    read = plan(tmp_path)
    assert read
    assert read["columns"] == ["order_id", "ordered_at", "y", "m"]
    parts = read["parts"]
    assert [[Path(file).name for file in part["files"]] for part in parts] == [["a.csv"], ["b.CSV"]]
    assert parts[1]["constants"] == {"y": "2024", "m": "06"}


def test_an_empty_folder_of_a_table_stops_the_run(tmp_path: Path) -> None:
    assert "the folder orders/ has no CSV or Parquet file" in problems(
        write(tmp_path, **{"orders/_SUCCESS": ""})
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["csv", "tsv", "TXT"])
def test_the_delimiter_is_that_of_the_header(tmp_path: Path, delimiter: str, ending: str) -> None:
    text = ORDERS.replace(",", delimiter)
    read = plan(write(tmp_path, **{f"orders.{ending}": text}))
    assert read and read["parts"][0]["delimiter"] == delimiter


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Order ID; ORDERED_AT ", ["order_id", "ordered_at"]),
        ('"order_id","ordered_at","a,b;c;d;e"', ["order_id", "ordered_at", "a,b;c;d;e"]),
        ("\ufefforder_id,ordered-at,", ["order_id", "ordered_at", "column_3"]),
        ("sep=;\norder_id;ordered_at", ["order_id", "ordered_at"]),
        ('order_id,ordered_at,"12"" `x`"', ["order_id", "ordered_at", "12___x_"]),
        ("\n\norder_id,ordered_at", ["order_id", "ordered_at"]),
    ],
)
def test_the_names_of_the_header_are_folded(
    tmp_path: Path, header: str, columns: list[str]
) -> None:
    read = plan(write(tmp_path, **{"orders.csv": header + "\n"}))
    assert read and read["columns"] == columns


def test_names_have_no_blanks_and_signs_that_are_not_seen() -> None:
    assert [folded(name) for name in ("\u00a0Order  Id\u200b", "UPDATED-AT", "e mail")] == [
        *("order_id", "updated_at", "e_mail")
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty; it needs at least a header line"),
        ("\ufeff\n \n", "is empty; it needs at least a header line"),
        ("order_id,ordered_at,Order_ID\n", "has the same name for columns 1 and 3 of its header"),
        ("order_id,note\n1,x\n", "lacks required column(s) ordered_at in "),
        (f"{PERSON},1\n", "lacks required column(s) order_id, ordered_at in "),
        (ORDERS.encode("utf-16"), "is UTF-16 text; save it as UTF-8 or set the var landing_enc"),
        (ORDERS.encode("utf-16-le"), "is UTF-16 text; save it as UTF-8 or set the var landing_enc"),
        (
            f"order_id,ordered_at,note\n1,,\n2,,{PERSON} Köln\n".encode("cp1252"),
            "line 3 is not UTF-8 text; save the file as UTF-8, or set the var landing_encoding",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    text = problems(write(tmp_path, **{"orders.csv": content}))
    assert message in text
    assert "orders" in text.splitlines()[0]
    assert PERSON not in text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("orders.parquet", b"PAR1 cut", "no whole Parquet file; export the file again"),
        (
            "orders.csv.gz",
            gzip.compress(ORDERS.encode(), mtime=0)[:-9],
            "damaged; export the file again",
        ),
        ("orders.csv.gz", b"no gzip", "damaged; export the file again"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    assert message in problems(write(tmp_path, **{name: content}))


# With line breaks of two kinds a copy is read, whose rows are counted.
MIXED = "order_id,ordered_at,note\r\n1,2024-06-01,\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"2,{PERSON}", "line 3 does not have the 3 fields of the header"),
        (f"2,2024-06-01,{PERSON},x", "line 3 does not have the 3 fields of the header"),
        (f'2,2024-06-01,"{PERSON}" x"', "a quote is not closed in line 3"),
        (f'2,2024-06-01,"{PERSON}', "a quote is not closed in line 3"),
    ],
)
def test_a_line_with_other_fields_is_named(tmp_path: Path, line: str, message: str) -> None:
    text = problems(write(tmp_path, **{"orders.csv": MIXED + line}))
    assert message in text
    assert PERSON not in text


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "cp1250", "shift_jis"])
def test_a_copy_in_utf_8_has_the_rows_of_the_file(tmp_path: Path, encoding: str) -> None:
    place = {"cp1250": "Łódź", "shift_jis": "東京"}.get(encoding, "Köln")
    text = f'order_id;ordered_at;note\r\n#1;2024-06-01;"{place}\n""x"""\r\n\r\n2;;\r\n'
    write(
        tmp_path,
        **{"orders.csv": text.encode(encoding), "products.csv": "product_id\nÄ\n\n".encode()},
    )
    read = plan(tmp_path, encoding=encoding)
    assert read
    (copy,) = read["parts"][0]["files"]
    with Path(copy).open(newline="", encoding="utf-8") as file:
        rows = [*csv.reader(file)]
    assert rows[1:] == [["#1", "2024-06-01", f'{place}\n"x"'], ["2", "", ""]]
    # A file in UTF-8 stays in UTF-8.
    products = plan(tmp_path, "products", encoding)
    assert products
    (copy,) = products["parts"][0]["files"]
    assert Path(copy).read_text(encoding="utf-8") == "product_id\nÄ\n"


def test_a_changed_file_replaces_its_copy(tmp_path: Path) -> None:
    write(tmp_path, **{"orders.csv": MIXED})
    assert plan(tmp_path)
    write(tmp_path, **{"orders.csv": MIXED + "2,,\n"})
    assert plan(tmp_path)
    (copy,) = (tmp_path / "_copies").rglob("*.csv")
    assert copy.read_text(encoding="utf-8").count("\n") == 3


def test_a_part_without_a_header_stops_the_run(tmp_path: Path) -> None:
    text = problems(write(tmp_path, **{"orders/a.csv": ORDERS, "orders/b.csv": f"{PERSON},1\n"}))
    assert "orders/b.csv. It has no column of the contract and 2 other(s)." in text
    assert PERSON not in text


def test_an_export_keeps_the_names_of_its_columns(tmp_path: Path) -> None:
    folder = write(tmp_path, **{"Orders Export.csv": "Name, Created at\n"})
    read = export_plan(str(folder), ["orders", "Orders Export"], "utf-8", str(tmp_path))
    assert read and read["columns"] == ["Name", "Created at"]
    assert export_plan(str(folder), ["orders"], "utf-8", str(tmp_path)) is None


def test_parts_of_two_forms_are_cast_to_text(tmp_path: Path) -> None:
    write(tmp_path, **{"orders/a.csv": ORDERS})
    duckdb.sql("select 3 as \"Order_ID\", date '2024-06-03' as ordered_at").write_parquet(
        str(tmp_path / "orders" / "b.parquet")
    )
    read = plan(tmp_path)
    assert read and read["is_cast"] and read["columns"] == ["order_id", "ordered_at"]


def test_a_path_may_have_any_sign(tmp_path: Path) -> None:
    folder = write(tmp_path / "it's [2024] *", **{"orders.csv": ORDERS})
    assert not problems(folder)
    assert plan(folder)


def test_a_missing_folder_has_no_tables(tmp_path: Path) -> None:
    assert landing(str(tmp_path / "nowhere"), CONTRACT) == ({}, [], [])


def test_the_header_of_persons_is_not_shown() -> None:
    text = lacking_columns("customers", [PERSON, "ada@example.org"], CONTRACT["customers"])
    assert text and "no column of the contract and 2 other(s)" in text
    assert PERSON not in text


def test_a_name_that_is_probably_meant_is_shown() -> None:
    names = ["order_id", "order_date", "tax_amount"]
    text = lacking_columns("orders", names, CONTRACT["orders"])
    assert text and "Rename order_date to ordered_at." in text


@pytest.mark.parametrize(
    ("name", "candidates", "nearest"),
    [
        ("amount", ["gross_amount", "discount_amount"], "gross_amount"),
        ("total", ["tax", "gross_amount"], "gross_amount"),
        ("customer_id", ["account_id", "contact_id"], "contact_id"),
        ("gross_amout", ["discount_amount", "gross_amount"], "gross_amount"),
        ("zip", ["city", "postcode"], "postcode"),
        ("id", ["order_id"], None),
        ("note", ["contact_id", "country"], None),
    ],
)
def test_the_nearest_name_is_that_of_the_meaning(
    name: str, candidates: list[str], nearest: str | None
) -> None:
    assert nearest_name(name, candidates) == nearest


def test_columns_are_found_missing_or_unknown() -> None:
    assert nearest_names(["order_id", "gross_amount", "city"], ["order_id", "amount", "x"]) == [
        ("order_id", "found", None),
        ("gross_amount", "missing", "amount"),
        ("city", "missing", None),
        ("amount", "unknown", "gross_amount"),
        ("x", "unknown", None),
    ]


def test_formats_that_do_not_exist_are_named() -> None:
    types = {"orders": {"ordered_at": "timestamp", "gross_amount": "decimal(18,2)", "id": "string"}}
    formats = {
        "sales": {"sold_at": "epoch_s"},
        "orders": {
            "sold_at": "epoch_s",
            "ordered_at": "day first",
            "gross_amount": "%d",
            "id": "1,234.56",
        },
    }
    texts = format_problems(formats, types)
    assert [text.split("; expected")[0] for text in texts] == [
        "landing_formats: there is no landing table sales",
        "landing_formats: orders has no column sold_at",
        "landing_formats: orders.ordered_at has the format 'day first'",
        "landing_formats: orders.gross_amount has the format '%d'",
        "landing_formats: orders.id is a string and has no format",
    ]
    assert not format_problems({"orders": {"gross_amount": "1.234,56"}}, types)


def test_a_table_of_a_schema_under_a_similar_name_is_a_problem() -> None:
    names = ["Order", "orders_archive", "refunds", "refund", "invoices"]
    assert schema_problems(names, ["orders", "refunds", "events"]) == [
        "orders: Order looks like this table; rename it, or create a view orders of it"
    ]
