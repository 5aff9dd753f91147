"""A build from files in many forms reads every row, and names all that it does not read."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from project import FILES, SAMPLE, Project, Rows

pytestmark = pytest.mark.other_build

# Rows of each table of the sample that are landed.
MOST_ROWS = 150
ENCODING = "windows-1252"
SELECTED = ("+landing_report", "+gate_crm", "+gate_shop")


def text(rows: Rows, delimiter: str = ",", end: str = "\n") -> str:
    """The rows as CSV."""
    target = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(target, columns, delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def sample(table: str) -> Rows:
    """The first rows of a table of the sample."""
    with (SAMPLE / f"sample_{table}.csv").open(newline="", encoding="utf-8") as file:
        return [row for row, _ in zip(csv.DictReader(file), range(MOST_ROWS), strict=False)]


def day_first(moment: str) -> str:
    return f"{moment[8:10]}/{moment[5:7]}/{moment[:4]} {moment[11:16]}" if moment else ""


def european(amount: str) -> str:
    return f"{float(amount):,.2f}".translate(str.maketrans(",.", ".,")) + " €" if amount else ""


def without(rows: Rows, *columns: str) -> Rows:
    return [{name: value for name, value in row.items() if name not in columns} for row in rows]


def land(folder: Path) -> dict[str, Rows]:
    """Writes a landing in which every table has another form; returns the rows by table."""
    tables = {
        file.stem.removeprefix("sample_"): sample(file.stem.removeprefix("sample_"))
        for file in sorted(SAMPLE.glob("sample_*.csv"))
    }
    # Nothing declares the form of the dates of leads.
    for row in tables["leads"]:
        row["created_at"] = f"{row['created_at'][8:10]}.{row['created_at'][5:7]}.2024"
    # No line begins with a sign for comments.
    tables["products"][0]["product_id"] = "#1"
    tables["customers"][0]["city"] = "Kölnbrück"
    # The amount has another name.
    orders = [{**row, "amount": "12.50"} for row in without(tables["orders"], "gross_amount")]
    refunds = [
        {**row, "refunded_at": day_first(row["refunded_at"]), "amount": european(row["amount"])}
        for row in tables["refunds"]
    ]
    lines = tables["order_lines"]
    half = MOST_ROWS // 2
    files: dict[str, str | bytes] = {
        "customers.csv": text(tables["customers"], ";", "\r\n").encode(ENCODING, "replace"),
        "accounts.tsv": text(tables["accounts"], "\t"),
        "leads.csv.gz": gzip.compress(text(tables["leads"]).encode()),
        "consents/a.csv": text(without(tables["consents"][:half], "expires_at")),
        "consents/deeper/b.CSV": text(tables["consents"][half:], "|"),
        "consents/_SUCCESS": "",
        "consents/.a.csv.crc": b"crc\0\0",
        "declared_preferences.txt": text(tables["declared_preferences"], "|"),
        "erasure_requests.csv": "\ufeff" + text(tables["erasure_requests"]),
        "orders/2024-05.csv": text(without(orders[:half], "currency")),
        "orders/2024-06.csv": text(orders[half:]),
        "order_lines.csv": text(lines).replace("order_line_id", "Order-Line ID", 1),
        "order_items.csv": text(lines),
        # Line breaks of two kinds.
        "refunds.csv": text(refunds, ";", "\r\n") + "\n",
        "products.csv": text(tables["products"]),
        "service_contacts.csv": "sep=;\n" + text(tables["service_contacts"], ";"),
        "notes.txt": "not a table\n",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    for table in ("events", "campaign_touches", "survey_responses", "exchange_rates"):
        pq.write_table(pa.Table.from_pylist(tables[table]), folder / f"{table}.parquet")
    return tables


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str, Any]]:
    """The project after a build that gate_crm stops, the output, and the landed rows."""
    project = Project.copy_to(tmp_path_factory.mktemp("landing") / "project")
    folder = project.landing / "it's [2024]"
    tables = land(folder)
    formats = {"refunds": {"refunded_at": "%d/%m/%Y %H:%M", "amount": "1.234,56 €"}}
    variables = {
        **FILES,
        "landing_path": f"landing/{folder.name}",
        "landing_encoding": ENCODING,
        "landing_formats": formats,
    }
    arguments = (*project.build_arguments(), "--select", *SELECTED)
    output = project.refused(*arguments, variables=variables)
    yield project, output, tables


def test_every_row_of_every_file_is_read(built: tuple[Project, str, dict[str, Rows]]) -> None:
    project, _, tables = built
    counts = project.warehouse_rows(
        "select table_name, rows_landed from segments_quality.landing_row_counts where is_supplied"
    )
    assert dict(counts) == {
        table: len(rows) for table, rows in tables.items() if table != "sensitive_attributes"
    }


def test_values_are_those_of_the_files(built: tuple[Project, str, dict[str, Rows]]) -> None:
    project, _, tables = built
    refunds = [row for row in tables["refunds"] if row["amount"]]
    ((amount, days, currencies, products, cities),) = project.warehouse_rows(
        """select
            (select sum(amount) from segments_staging.stg_shop__refunds),
            (select string_agg(distinct cast(refunded_at as date), ' ' order by 1)
                from segments_staging.stg_shop__refunds where refunded_at is not null),
            (select count(*) from segments_quality.landed_columns
                where table_name = 'orders' and column_name = 'currency' and rows_filled > 0),
            (select count(*) from segments_staging.stg_shop__products where product_id = '#1'),
            (select count(*) from segments_staging.stg_crm__customers where city = 'Kölnbrück')"""
    )
    assert float(amount) == pytest.approx(sum(float(row["amount"]) for row in refunds))
    assert (currencies, products, cities) == (1, 1, 1)
    landed_days = {row["refunded_at"][:10] for row in refunds}
    assert set(days.split()) <= landed_days and len(days.split()) > len(landed_days) / 2


def test_names_that_nothing_reads_are_told(built: tuple[Project, str, dict[str, Rows]]) -> None:
    project, output, _ = built
    assert (
        "orders: amount is not read, because it is not in the contract. gross_amount is missing: if"
        " it is the same, rename amount to gross_amount."
    ) in output
    assert project.warehouse_rows(
        "select item, detail, item_count from segments_quality.landing_report"
        " where section = 'not read' order by item"
    ) == [
        ("notes.txt", "not in the contract", 0),
        ("order_items.csv", "not in the contract", 0),
        ("orders.amount", "perhaps gross_amount, which is missing", MOST_ROWS),
    ]
    assert project.warehouse_rows(
        "select state, nearest_name from segments_quality.landed_columns"
        " where table_name = 'sensitive_attributes' or column_name = 'gross_amount' order by state"
    ) == [("missing", None), ("missing", "amount")]


def test_a_gate_tells_why_rows_are_quarantined(built: tuple[Project, str, Any]) -> None:
    _, output, _ = built
    found = "leads: 100.0% of rows are rejected, and at most 5.0% may be: "
    assert found + "created_at is not a timestamp (150 rows, such as 99.99.9999" in output
