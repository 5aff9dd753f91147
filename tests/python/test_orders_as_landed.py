"""Orders of real exports are worth what the shop says, or are quarantined with the reason."""

from collections.abc import Iterator

import pytest
from project import FILES, Project

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

# A landing of two shops that number their orders, customers and products alike.
LANDING = {
    "customers": """\
source_shop,contact_id,created_at,annual_income,children_count
de,1,2024-01-05 10:00:00,30000,1.0
at,1,2024-01-05 10:00:00,999999999,
at,2,1970-01-01 00:00:00,,
""",
    "products": """\
source_shop,product_id,category,list_price
de,P1,tea,9.99
at,P1,cups,1000000001
""",
    "orders": """\
source_shop,order_id,ordered_at,status,contact_id,gross_amount,tax_amount,shipping_amount,total_amount
de,1001,2024-06-01 09:00:00,wc-completed,1,80.00,16,4,100
at,1001,2024-06-01 09:00:00,processing,1,60.00,12,,72
de,exchange,2024-06-01 09:00:00,succeeded,1,,,,
de,deduction,2024-06-01 09:00:00,Paid,1,,,,
de,edited,2024-06-01 09:00:00,shipped,1,,,,
de,barcode,2024-06-01 09:00:00,paid,1,,,,
de,2 pieces,2024-06-01 09:00:00,paid,1,,,,
de,lines by position,2024-06-01 09:00:00,paid,1,,,,
de,by position too,2024-06-01 09:00:00,paid,1,,,,
de,charged,2024-06-01 09:00:00,paid,1,,20,5,125
de,with tax,2024-06-01 09:00:00,paid,1,120,20,5,125
de,refunded,2024-06-01 09:00:00,refunded,1,30,,,
de,on hold,2024-06-01 09:00:00,on-hold,1,30,,,
de,voided,2024-06-01 09:00:00,voided,1,30,,,
de,partly,2024-06-01 09:00:00,Partially Refunded,1,30,,,
de,authorized,2024-06-01 09:00:00,authorized,1,30,,,
de,unheard of,2024-06-01 09:00:00,in the clouds,1,30,,,
de,all of it off,2024-06-01 09:00:00,paid,1,30,,,
de,nines,2024-06-01 09:00:00,paid,1,999999999999.99,,,
de,wide,2024-06-01 09:00:00,paid,1,1000000000000000,,,
de,wider,2024-06-01 09:00:00,paid,1,99999999999999999999,,,
de,first year,0001-01-01 09:00:00,paid,1,30,,,
de,spreadsheet,1900-01-01 09:00:00,paid,1,30,,,
de,over rows,2024-06-01 09:00:00,paid,1,45,,,
de,over rows,,,,,,,
de,over rows,2024-06-01 09:00:00,,1,,,,
de,an amount per row,2024-06-01 09:00:00,paid,1,45,,,
de,an amount per row,2024-06-01 09:00:00,paid,1,15,,,
""",
    "order_lines": """\
source_shop,order_line_id,order_id,product_id,quantity,unit_price,discount_amount
de,a1,exchange,P1,1,80.00,
de,a2,exchange,P2,-1,50.00,
de,b1,deduction,P1,1.0,100.00,
de,b2,deduction,P2,1,-20.00,
de,c1,edited,P1,1,40.00,
de,c2,edited,P2,0,60.00,
de,d1,barcode,P1,4006381333931,2.00,
de,d2,barcode,P1,1,2.00,
de,e1,2 pieces,P1,2 pcs,60.00,
de,e2,2 pieces,P1,1,60.00,
de,1,lines by position,P1,1,20.00,
de,2,lines by position,P1,1,21.00,
de,1,by position too,P1,1,22.00,
at,1,1001,P1,1,60.00,
de,f1,all of it off,P1,1,30.00,30.02
""",
    "refunds": """\
source_shop,refund_id,refunded_at,order_id,amount
de,1,2024-06-02 10:00:00,1001,30.00
at,1,2024-06-02 10:00:00,1001,15.00
at,2,2024-06-03 10:00:00,1001,50.00
""",
}

VARIABLES = {**FILES, "as_of_date": "2024-06-30"}
NOT_IN_ORDER = "gross_amount is missing and lines are quarantined"
PAST = "ordered_at is before 1990-01-01"
QUARANTINED = [
    ("customers", "at:1", "annual_income is above 100000000"),
    ("customers", "at:2", "created_at is before 1980-01-01"),
    ("order_lines", "de:1", "order_line_id names different rows"),
    ("order_lines", "de:1", "order_line_id names different rows"),
    ("order_lines", "de:2", "order_id has no valid order"),
    ("order_lines", "de:d1", "quantity is above 1000000"),
    ("order_lines", "de:d2", "order_id has no valid order"),
    ("order_lines", "de:e1", "quantity cannot be read as a number"),
    ("order_lines", "de:e2", "order_id has no valid order"),
    ("order_lines", "de:f1", "discount_amount is above the amount of the line"),
    ("orders", "de:2 pieces", NOT_IN_ORDER),
    ("orders", "de:an amount per row", "order_id names different rows"),
    ("orders", "de:an amount per row", "order_id names different rows"),
    ("orders", "de:barcode", NOT_IN_ORDER),
    ("orders", "de:by position too", NOT_IN_ORDER),
    ("orders", "de:first year", PAST),
    ("orders", "de:lines by position", NOT_IN_ORDER),
    ("orders", "de:nines", "gross_amount is above 10000000000"),
    ("orders", "de:spreadsheet", PAST),
    ("orders", "de:wide", "gross_amount is above 10000000000"),
    ("orders", "de:wider", "gross_amount cannot be read as a number"),
    ("orders", "de:with tax", "total_amount is not gross - discounts + tax + shipping"),
    ("products", "at:P1", "list_price is above 1000000000"),
    ("refunds", "at:2", "amount is above what is left of the order"),
]

# Net amount of each accepted order, if it is a purchase.
ORDERS = {
    "at:1001": 45,
    "de:1001": 50,
    "de:all of it off": 30,
    "de:authorized": 30,
    "de:charged": 100,
    "de:deduction": 80,
    "de:edited": 40,
    "de:exchange": 30,
    "de:on hold": None,
    "de:over rows": 45,
    "de:partly": 30,
    "de:refunded": None,
    "de:unheard of": None,
    "de:voided": None,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project with the orders of the landing. Its gates would stop at so many bad rows."""
    project = Project.copy_to(tmp_path_factory.mktemp("orders_as_landed"))
    project.landing.mkdir()
    for table, text in LANDING.items():
        (project.landing / f"{table}.csv").write_text(text, encoding="utf-8")
    models = ["+quarantined_rows", "+int_orders", "+int_order_lines"]
    sources = project.root / "models" / "staging"
    for file in sources.rglob("_*__sources.yml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.replace("max_quarantined_share: 0.05", "max_quarantined_share: 1"),
            encoding="utf-8",
        )
    project.done(
        "build", "--exclude", "resource_type:test", "--select", *models, variables=VARIABLES
    )
    yield project


def test_each_rejected_row_has_its_reason(project: Project) -> None:
    query = "select order_id, quarantine_reason from {} where excluded_as = 'quarantined'"
    keys = {
        "customers": ("crm", "contact_id"),
        "orders": ("shop", "order_id"),
        "order_lines": ("shop", "order_line_id"),
        "products": ("shop", "product_id"),
        "refunds": ("shop", "refund_id"),
    }
    found = [
        (table, *row)
        for table, (domain, key) in keys.items()
        for row in project.warehouse_rows(
            query.format(f"segments_staging.stg_{domain}__{table}").replace("order_id", key, 1)
        )
    ]
    assert sorted(found) == QUARANTINED


def test_each_accepted_order_has_its_net_amount(project: Project) -> None:
    rows = project.warehouse_rows(
        "select order_id, case when is_purchase then net_amount end from "
        "segments_intermediate.int_orders"
    )
    assert {key: amount and float(amount) for key, amount in rows} == ORDERS


def test_a_contact_of_two_shops_is_two_customers(project: Project) -> None:
    buyers = project.warehouse_rows(
        "select count(distinct customer_id), count(*) from segments_intermediate.int_orders"
    )
    assert buyers == [(2, len(ORDERS))]


def test_blank_rows_of_an_order_are_duplicates(project: Project) -> None:
    rows = project.warehouse_rows(
        "select excluded_as, count(*) from segments_staging.stg_shop__orders "
        "where order_id = 'de:over rows' group by 1 order by 1"
    )
    assert rows == [("duplicate", 2), (None, 1)]


def test_a_reference_without_its_shop_is_refused(project: Project) -> None:
    lines = project.landing / "order_lines.csv"
    kept = lines.read_text(encoding="utf-8")
    lines.write_text(kept.replace("source_shop", "the_shop", 1), encoding="utf-8")
    printed = project.refused("run", "--select", "checked_order_lines", variables=VARIABLES)
    lines.write_text(kept, encoding="utf-8")
    assert "landing table 'order_lines' lacks the column source_shop" in printed
    assert "Traceback" not in printed
