"""The adapter complete_journey loses no cent and finds the documented numbers of rows.

The data are not part of the project: they are read from SEGMENTS_SHARED_DATA, or from beside the
repository.
"""

import json
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from project import SHARED_DATA, Project, needs_data, passed_unit_tests

COMPLETE_JOURNEY = SHARED_DATA / "complete_journey"

VARIABLES = {
    "landing": "complete_journey",
    "landing_path": COMPLETE_JOURNEY,
    "reporting_currency": "USD",
    # The last baskets are from the first hours of 2018, so no row is later.
    "as_of_date": "2018-01-01",
}

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.other_build,
    needs_data("the Complete Journey", COMPLETE_JOURNEY),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("complete_journey")
    project = Project.copy_to(folder, unit_tests="models/landing/complete_journey")
    models = ("complete_journey__accounting", "fct_customer_segments", "next_products")
    project.build_models(VARIABLES, *models, "next_product_test")
    return project


@pytest.fixture(scope="module")
def oracle() -> dict[str, Any]:
    numbers: dict[str, Any] = json.loads(
        (COMPLETE_JOURNEY / "oracle.json").read_text(), parse_float=Decimal
    )
    return numbers


def export_rows(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query over the export."""
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def test_the_unit_tests_of_the_adapter_pass(project: Project) -> None:
    assert len(passed_unit_tests(project.printed.read_text())) == 10


def test_documented_row_numbers_are_accounted_for(project: Project, oracle: dict[str, Any]) -> None:
    accounts = project.warehouse_rows(
        "select line_kind, destination, line_count"
        " from segments_landing_adapters.complete_journey__accounting"
    )
    rows = {(kind, destination): count for kind, destination, count in accounts}
    assert rows == {
        ("transaction: sale", "order_lines"): 1_460_438,
        ("transaction: amount_without_units", "orders"): 29,
        ("transaction: no_sale", "left out"): 8_840,
        ("products", "products"): 92_331,
        ("demographics", "customers"): 801,
        ("campaigns", "campaign_touches"): 6_589,
        ("campaign_descriptions", "campaign_touches: their day"): 27,
        ("coupon_redemptions", "campaign_touches"): 2_102,
        ("coupons", "left out"): 116_204,
    }
    transactions = sum(count for (kind, _), count in rows.items() if kind.startswith("transaction"))
    assert transactions == oracle["transactions"] == 1_469_307
    assert rows["demographics", "customers"] == oracle["demographic_households"]


def test_every_row_of_the_adapter_is_staged(project: Project, oracle: dict[str, Any]) -> None:
    counts = project.warehouse_rows(
        "select table_name, rows_landed, rows_staged"
        " from segments_quality.landing_row_counts where rows_landed > 0 order by table_name"
    )
    assert counts == [
        ("campaign_touches", 8_691, 8_691),
        ("customers", oracle["households"], oracle["households"]),
        ("order_lines", 1_460_438, 1_460_438),
        ("orders", oracle["baskets"], oracle["baskets"]),
        ("products", 92_331, 92_331),
    ]


def test_revenue_is_conserved_to_the_cent(project: Project, oracle: dict[str, Any]) -> None:
    ((amount,),) = project.warehouse_rows(
        "select sum(amount) from segments_landing_adapters.complete_journey__accounting"
    )
    ((net, gross_less_discount, customers),) = project.warehouse_rows("""
        select sum(net_amount), sum(gross_amount - discount_amount), count(distinct customer_id)
        from segments_intermediate.int_orders
    """)
    assert amount == net == gross_less_discount == oracle["sales_value"]
    assert customers == oracle["households"]


def test_revenue_is_conserved_in_every_basket(project: Project) -> None:
    baskets_that_differ = project.warehouse_rows(f"""
        with
            baskets as (
                select
                    cast(basket_id as text) as order_id,
                    sum(cast(sales_value as decimal(18, 2))) as amount
                from '{COMPLETE_JOURNEY}/transactions.parquet' group by basket_id
            )
        select *
        from baskets
        full join segments_intermediate.int_orders as orders using (order_id)
        where baskets.amount is distinct from orders.net_amount
    """)
    assert baskets_that_differ == []


def test_revenue_is_conserved_on_every_line_of_goods(project: Project) -> None:
    lines_that_differ = project.warehouse_rows(f"""
        with
            lines as (
                select
                    basket_id || '-' || product_id as order_line_id,
                    cast(sales_value as decimal(18, 2)) as amount
                from '{COMPLETE_JOURNEY}/transactions.parquet'
                where quantity > 0
            )
        select *
        from lines
        full join
            (from segments_staging.stg_shop__order_lines where excluded_as is null) as order_lines
            using (order_line_id)
        where
            lines.amount is distinct from
            round(order_lines.quantity * order_lines.unit_price, 2) - order_lines.discount_amount
    """)
    assert lines_that_differ == []


def test_fuel_is_in_gallons(project: Project) -> None:
    ((lines, least, most),) = project.warehouse_rows("""
        select count(*), min(order_lines.unit_price), max(order_lines.quantity)
        from (from segments_staging.stg_shop__order_lines where excluded_as is null) as order_lines
        inner join
            (from segments_staging.stg_shop__products where excluded_as is null) as products
            using (product_id)
        where products.subcategory = 'GASOLINE-REG UNLEADED'
    """)
    ((in_thousandths, of_fuel),) = export_rows(f"""
        select count(*) filter (where quantity > 1), count(*)
        from '{COMPLETE_JOURNEY}/transactions.parquet'
        inner join '{COMPLETE_JOURNEY}/products.parquet' using (product_id)
        where product_type = 'GASOLINE-REG UNLEADED'
    """)
    assert (in_thousandths, lines) == (13_520, of_fuel)
    assert least > 1
    assert most == Decimal("89.638")


def test_answers_become_segments_without_survey_bands(project: Project) -> None:
    segments = project.warehouse_rows("""
        select segmentation, segment, count(*)
        from segments_marts.fct_customer_segments
        where
            segmentation in ('home', 'household', 'age_band', 'generation', 'income_band')
            and segment in ('owned', 'rented', 'with_1_child', 'with_2_children',
                'with_3_or_more_children')
            or (segmentation in ('age_band', 'generation', 'income_band') and segment <> 'unknown')
        group by all order by all
    """)
    assert segments == [
        ("home", "owned", 504),
        ("home", "rented", 42),
        ("household", "with_1_child", 159),
        ("household", "with_2_children", 60),
        ("household", "with_3_or_more_children", 69),
    ]


def test_next_products_of_groceries_equal_bestsellers(project: Project) -> None:
    """The figures of docs/business.md."""
    assert project.warehouse_rows(
        "select customers, cast(hit_percent as text), cast(bestseller_hit_percent as text), "
        "verdict from segments_marts.next_product_test"
    ) == [(2290, "24.4", "25.2", "equal")]
    assert project.warehouse_rows(
        "select count(distinct customer_id) > 2000 from segments_marts.next_products"
    ) == [(True,)]
