"""A landing with one table gives the possible segmentations, and reasons for the others."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
from project import SAMPLE, Project, Tests

from customer_segmentation.report import visual_report

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]


NO_ORDERS = {"rfm": "needs orders: not supplied"}
NO_CUSTOMERS = {"age_band": "needs customers: not supplied"}
NO_EVENTS, NO_ACCOUNTS = "needs events: not supplied", "needs accounts: not supplied"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that reads files; tests write the files, so dbt parses only once."""
    return Project.copy_to(tmp_path_factory.mktemp("single_tables"))


def check_what_is_published(
    project: Project, answered: set[str], left_out: Mapping[str, str]
) -> None:
    """Published segmentations are complete and known for some; the report explains the rest."""
    customers = project.rows("select count(*) from dim_customers")[0][0]
    assert customers > 0
    published = dict(
        project.rows("select segmentation, sum(customers) from agg_segment_profiles group by all")
    )
    assert set(published.values()) == {customers}
    reasons = dict(project.rows("select item, detail from run_report where section = 'left out'"))
    catalogue = {name for (name,) in project.rows("select segmentation from segmentations")}
    assert published.keys() | reasons.keys() == catalogue
    assert not published.keys() & reasons.keys()
    assert answered <= published.keys()
    assert left_out.items() <= reasons.items()
    page = visual_report(project.published).read_text("utf-8")
    assert {reason for reason in reasons.values() if reason not in page} == set()
    # No column only has unknown values.
    assert not project.rows(
        "select segmentation from fct_customer_segments group by all "
        "having bool_and(segment in ('unknown', 'not_applicable'))"
    )


@pytest.mark.parametrize(
    ("table", "answered", "left_out"),
    [
        (
            "customers",
            {"age_band", "country"},
            {**NO_ORDERS, "cart_behaviour": NO_EVENTS, "company_size": NO_ACCOUNTS},
        ),
        ("accounts", {"company_size", "industry", "country"}, {**NO_ORDERS, **NO_CUSTOMERS}),
        (
            "events",
            {"web_engagement", "cart_behaviour", "first_touch_channel", "device"},
            {**NO_ORDERS, **NO_CUSTOMERS},
        ),
    ],
)
def test_one_table_gives_the_possible_segmentations(
    project: Project, table: str, answered: set[str], left_out: dict[str, str]
) -> None:
    project.forget_builds()
    project.landing.mkdir()
    shutil.copy(SAMPLE / f"sample_{table}.csv", project.landing / f"{table}.csv")
    # Events fill most tables, so only their build runs data tests.
    tests: Tests = "data" if table == "events" else "none"
    project.build({"landing": "files", "landing_path": "landing"}, tests=tests)
    check_what_is_published(project, answered, left_out)


def test_orders_alone_in_a_schema_of_the_warehouse_get_segments(tmp_path: Path) -> None:
    project = Project.copy_to(tmp_path / "project")
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create schema raw")
        # Only orders in one currency, because others need exchange rates.
        connection.execute(
            "create table raw.orders as select order_id, ordered_at, contact_id, email, "
            "gross_amount from read_csv(?, all_varchar = true) where currency = 'EUR'",
            [str(SAMPLE / "sample_orders.csv")],
        )
    project.build({"landing": "tables", "landing_schema": "raw"})
    groups = project.rows(
        "select segment from agg_segment_profiles where segmentation = 'rfm' and customers > 0"
    )
    assert len(groups) > 8
    missing = project.rows(
        "select item from run_report where section = 'landing' and detail = 'not supplied'"
    )
    assert len(missing) == 15
    check_what_is_published(
        project,
        {"rfm", "lifecycle", "purchase_frequency"},
        {
            **NO_CUSTOMERS,
            "web_engagement": NO_EVENTS,
            # The table exists, but without columns for places.
            "country": "known of nobody from orders or customers or accounts or leads",
        },
    )
