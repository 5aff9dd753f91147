"""Ids of real exports: one spelling, nobody behind a placeholder, two people behind one device."""

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from project import Project

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

VARIABLES = {
    "landing": "files",
    "landing_path": "landing",
    "business_path": "business",
    "as_of_date": "2024-06-30",
}
ZEROS = "00000000-0000-0000-0000-000000000000"
Row = dict[str, Any]


def order(number: int, **named: str) -> Row:
    moment = datetime(2024, 6, 30, 12) - timedelta(days=number)
    return {"order_id": f"O{number}", "ordered_at": str(moment), "gross_amount": "30.00", **named}


def guest(name: str) -> str:
    return f"{name}@people.example"


CUSTOMERS = [
    {"contact_id": "7001", "email": guest("float1"), "merged_contact_ids": "n/a"},
    {"contact_id": "7002", "email": guest("float2"), "first_name": "\u202eFloat\u202c\u200b"},
    # Named by a key that stands for nobody.
    {"contact_id": "0", "email": guest("nobody")},
    {"contact_id": "ann", "email": guest("ann"), "merged_contact_ids": "7100.0; was ann"},
    {"contact_id": "was ann", "email": guest("was.ann"), "is_deleted": "true"},
    {"contact_id": "eve", "email": guest("eve"), "merged_contact_ids": "was eve, n/a"},
    {"contact_id": "gone", "email": guest("gone"), "is_deleted": "true"},
    {"contact_id": "silent", "email": guest("silent"), "is_deleted": "true"},
    # Contacts of one of several shops.
    {"contact_id": "sue", "source_shop": "a", "merged_contact_ids": "was sue|7200.0"},
    {"contact_id": "max", "source_shop": "a", "merged_contact_ids": "was max"},
]
ORDERS = [
    order(0, contact_id="7001.0"),
    order(1, contact_id="'7002"),
    order(2, contact_id="0", email=guest("zero1")),
    order(3, contact_id="0.0", email=guest("zero2")),
    order(4, contact_id="NULL", email=guest("null")),
    order(5, contact_id=ZEROS, email=guest("uuid"), visitor_id=ZEROS),
    order(6, contact_id="guest", email=guest("guest"), visitor_id="undefined"),
    order(7, contact_id="4.36E+11", email=guest("lost")),
    # One device, one landline, numbers without digits, two spellings of an address.
    order(8, email=guest("device1"), visitor_id="V1"),
    order(9, email=guest("device2"), visitor_id="V1"),
    order(10, email=guest("line1"), phone="+43316555123"),
    order(11, email=guest("line2"), phone="+43316555123"),
    order(12, email=guest("digits1"), phone="4.36641E+11", billing_country="AT"),
    order(13, email=guest("digits2"), phone="4.36641E+11", billing_country="AT"),
    order(14, email=guest("same"), phone="'+43660555001"),
    order(15, email=f"\u200b{guest('same')}", phone="+43660555001\u00a0"),
    order(16, contact_id="7100"),
    order(17, contact_id="was ann"),
    order(18, contact_id="was eve"),
    order(19, contact_id="gone"),
    order(20, contact_id="sue", source_shop="a"),
    order(21, contact_id="was sue", source_shop="a"),
    order(22, contact_id="7200", source_shop="a"),
    order(23, contact_id="was sue", source_shop="b"),
    order(24, contact_id="was max", source_shop="a"),
    # A placeholder of the business.
    order(25, contact_id="99999", email=guest("nines1")),
    order(26, contact_id="99999.0", email=guest("nines2")),
]
ERASURES = [
    {"erasure_request_id": "E1", "requested_at": "2024-06-01", "contact_id": "was eve"},
    {
        "erasure_request_id": "E2",
        "requested_at": "2024-06-01",
        "contact_id": "was max",
        "source_shop": "a",
    },
]
LINES = [
    {
        "order_line_id": f"{number}.0",
        "order_id": "O0",
        "product_id": product,
        "source_shop": "",
        **sold,
    }
    for sold in [{"quantity": "1", "unit_price": "15.00"}]
    for number, product in [(1, "501"), (2, "502.0"), (3, "0501")]
]
# The people with their orders; the addresses are those of the orders or of the contacts.
PEOPLE = {
    *[frozenset({f"O{number}"}) for number in (0, 1, 2, 3, 4, 5, 6, *range(8, 14), 19, 25, 26)],
    frozenset({"a:O20", "a:O21", "a:O22"}),
    frozenset({"b:O23"}),
    frozenset({"O14", "O15"}),
    frozenset({"O16", "O17"}),
}


def land(project: Project, table: str, rows: Sequence[Row]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (project.landing / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project.copy_to(tmp_path_factory.mktemp("ids") / "project")
    project.landing.mkdir()
    created = {"created_at": "2023-01-01 00:00:00"}
    land(project, "customers", [created | row for row in CUSTOMERS])
    land(project, "orders", ORDERS)
    land(project, "order_lines", LINES)
    land(project, "erasure_requests", ERASURES)
    duckdb.sql("select unnest([501, 502]::double[]) as product_id").write_parquet(
        str(project.landing / "products.parquet")
    )
    business = project.root / "business"
    business.mkdir()
    (business / "id_placeholders.csv").write_text("placeholder\n99999\n", encoding="utf-8")
    models = ("+int_customer_orders", "+int_customers", "+landing_report", "+gate_shop")
    project.build(VARIABLES, "--select", *models, tests="none")
    return project


def test_every_order_has_the_right_buyer(project: Project) -> None:
    buyers = project.warehouse_rows(
        "select list(order_id) from segments_intermediate.int_orders "
        "where customer_id is not null group by customer_id"
    )
    assert {frozenset(orders) for (orders,) in buyers} == PEOPLE


def test_contacts_are_those_of_the_crm(project: Project) -> None:
    contacts = project.warehouse_rows(
        "select contact_id, is_deleted from segments_intermediate.int_customers "
        "where contact_id is not null order by 1"
    )
    assert contacts == [
        ("7001", False),
        ("7002", False),
        ("a:sue", False),
        ("ann", False),
        ("b:was sue", False),
        ("gone", True),
    ]


def test_unusable_keys_are_quarantined_with_their_reason(project: Project) -> None:
    reasons = project.warehouse_rows(
        "select table_name, quarantine_reason, value_shape "
        "from segments_quality.quarantined_rows order by all"
    )
    assert reasons == [
        ("customers", "contact_id is a placeholder", "9"),
        ("orders", "contact_id is a number that has lost digits", "9.99A+99"),
    ]


def test_numbers_and_names_have_one_spelling(project: Project) -> None:
    assert project.warehouse_rows(
        "select distinct phone from segments_staging.stg_shop__orders where phone is not null "
        "order by 1"
    ) == [("+43316555123",), ("+43660555001",)]
    assert project.warehouse_rows(
        "select first_name from segments_staging.stg_crm__customers where first_name is not null"
    ) == [("Float",)]


def test_a_former_id_erases_the_surviving_contact(project: Project) -> None:
    assert project.warehouse_rows(
        "select table_name, rows_erased from segments_quality.landing_row_counts "
        "where rows_erased > 0 order by 1"
    ) == [("customers", 2), ("orders", 2)]


def test_the_gate_counts_ids_that_nobody_owns(project: Project) -> None:
    # A leading zero may be another product.
    assert project.warehouse_rows(
        "select table_name, column_name, ids_named, ids_known "
        "from segments_quality.landed_references order by 1, 2"
    ) == [
        ("order_lines", "order_id", 1, 1),
        ("order_lines", "product_id", 3, 2),
        ("orders", "contact_id", 9, 8),
    ]
