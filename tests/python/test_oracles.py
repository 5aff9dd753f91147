"""The project reproduces published RFM results from their recipes.

A recipe in tests/recipes has a segment map and cut points, which replace two seeds, and vars. The
data are not part of the project: they are read from SEGMENTS_SHARED_DATA, or from beside the
repository.
"""

import csv
import math
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml  # type: ignore[import-untyped]
from project import REPOSITORY, SHARED_DATA, Project, csv_rows, needs_data, passed_unit_tests

RECIPES = REPOSITORY / "tests" / "recipes"
ONLINE_RETAIL = SHARED_DATA / "online_retail_2010_2011"
RSQUARED = SHARED_DATA / "rsquared_rfm"

DEFAULTS = {
    "landing": "online_retail",
    "landing_path": ONLINE_RETAIL / "online_retail.parquet",
    "reporting_currency": "GBP",
}

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.other_build,
    needs_data("Online Retail", ONLINE_RETAIL),
    needs_data("the data of rsquared", RSQUARED),
]


def take_recipe(project: Project, recipe: Path) -> dict[str, Any]:
    """Writes the recipe's map, cut points and segments into the seeds; returns its vars."""
    seeds = project.root / "seeds" / "business"
    for seed in ("rfm_segment_map.csv", "rfm_fixed_cut_points.csv"):
        shutil.copy(recipe / seed, seeds / seed)
    names = list(dict.fromkeys(row["segment"] for row in csv_rows(recipe / "rfm_segment_map.csv")))
    catalogue = csv_rows(seeds / "segments.csv")
    kept = [
        row
        for row in catalogue
        if row["segmentation"] != "rfm" or row["segment"] in ("prospect", "lapsed")
    ]
    added = [
        {
            "segmentation": "rfm",
            "segment": name,
            "sort_order": str(rank),
            "value_rank": str(rank),
            "label": name,
            "description": recipe.name,
        }
        for rank, name in enumerate(names, 1)
    ]
    with (seeds / "segments.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(catalogue[0]))
        writer.writeheader()
        writer.writerows([*kept, *added])
    variables: dict[str, Any] = yaml.safe_load((recipe / "vars.yml").read_text())
    return variables


def query(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query over files."""
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def cut_points(recipe: Path) -> dict[str, list[float]]:
    """The four thresholds of each measure, for the scores 2 to 5."""
    rows = sorted(csv_rows(recipe / "rfm_fixed_cut_points.csv"), key=lambda row: int(row["score"]))
    return {
        measure: [float(row["threshold"]) for row in rows if row["measure"] == measure]
        for measure in ("recency", "frequency", "monetary")
    }


@pytest.fixture(scope="module")
def online_retail_by_recipe(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project.copy_to(tmp_path_factory.mktemp("online_retail_by_recipe"))
    variables = take_recipe(project, RECIPES / ONLINE_RETAIL.name)
    models = ("dim_customers", "next_products", "next_product_test")
    project.build_models({**variables, "landing_path": ONLINE_RETAIL}, *models, tests="none")
    return project


@pytest.fixture(scope="module")
def online_retail_by_default(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("online_retail_by_default")
    project = Project.copy_to(folder, unit_tests="models/landing/online_retail")
    project.build(DEFAULTS)
    return project


@pytest.fixture(scope="module")
def rsquared_by_recipe(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project.copy_to(tmp_path_factory.mktemp("rsquared_by_recipe"))
    variables = take_recipe(project, RECIPES / RSQUARED.name)
    landing = project.root / "landing"
    landing.mkdir()
    query(f"""
        copy (
            select
                cast(row_number() over (order by order_date, customer_id, revenue) as text)
                    as order_id,
                cast(order_date as timestamp) as ordered_at, customer_id as contact_id,
                cast(revenue as decimal(18, 2)) as gross_amount,
            from '{RSQUARED}/rfm_data_orders.parquet'
        ) to '{landing}/orders.parquet'
    """)
    project.build_models({**variables, "landing_path": landing}, "dim_customers", tests="none")
    return project


def test_online_retail_gives_the_published_table(online_retail_by_recipe: Project) -> None:
    ours = online_retail_by_recipe.warehouse_rows("""
        select
            rfm_segment, count(*), avg(recency_days), avg(window_orders),
            avg(cast(window_net_amount as double))
        from segments_marts.dim_customers
        where rfm_segment <> 'prospect' group by rfm_segment order by rfm_segment
    """)
    oracle = query(f"""
        from '{ONLINE_RETAIL}/oracle_online_retail_2010_2011_rfm_segments.csv' order by segment
        """)
    assert len(oracle) == 10
    assert sum(customers for _, customers, *_ in ours) == 4339
    assert [row[:2] for row in ours] == [row[:2] for row in oracle]
    for (_, _, *our_means), (_, _, *means) in zip(ours, oracle, strict=True):
        assert our_means == pytest.approx(means, rel=0.001)


def test_next_products_of_a_shop_without_categories_beat_bestsellers(
    online_retail_by_recipe: Project,
) -> None:
    """The figures of docs/business.md."""
    assert online_retail_by_recipe.warehouse_rows(
        "select customers, cast(hit_percent as text), cast(bestseller_hit_percent as text), "
        "verdict from segments_marts.next_product_test"
    ) == [(1860, "25.6", "13.3", "better")]
    [(kinds,)] = online_retail_by_recipe.warehouse_rows(
        "select list(distinct bought_kind order by bought_kind) from segments_marts.next_products"
    )
    assert kinds == ["anything", "product"]


def test_online_retail_gives_the_published_scores(online_retail_by_recipe: Project) -> None:
    customers_that_differ = online_retail_by_recipe.warehouse_rows(f"""
        select *
        from (from segments_marts.dim_customers where rfm_segment <> 'prospect') as ours
        full join
            '{ONLINE_RETAIL}/oracle_online_retail_2010_2011_rfm_per_customer.parquet' as oracle
            on ours.contact_id = cast(oracle.customerid as text)
        where
            (oracle.recency, oracle.frequency, oracle.segment)
            is distinct from (ours.recency_days, ours.window_orders, ours.rfm_segment)
            or (oracle.r_score, oracle.f_score, oracle.m_score)
            is distinct from (ours.r_score, ours.f_score, ours.m_score)
            or abs(oracle.monetary - cast(ours.window_net_amount as double)) >= 0.01
    """)
    assert customers_that_differ == []


def test_online_retail_cut_points_are_the_quantiles_of_the_published_recipe() -> None:
    ((recency, positions, monetary),) = query(f"""
        with
            customers as (
                select
                    customerid, date '2011-12-10' - cast(max(invoicedate) as date) as recency,
                    count(distinct invoiceno) as frequency, sum(quantity * unitprice) as monetary
                from '{ONLINE_RETAIL}/online_retail.parquet'
                where quantity > 0 and customerid is not null group by customerid
            ),
            positions as (
                select *, row_number() over (order by frequency, customerid) as position
                from customers
            )
        select
            quantile_cont(recency, [0.8, 0.6, 0.4, 0.2]),
            quantile_cont(position, [0.2, 0.4, 0.6, 0.8]),
            quantile_cont(monetary, [0.2, 0.4, 0.6, 0.8])
        from positions
    """)
    # An interval of the recipe includes its upper edge: the next score begins one cent above.
    cents_above = [(math.floor(edge * 100) + 1) / 100 for edge in monetary]
    ours = cut_points(RECIPES / ONLINE_RETAIL.name)
    assert ours["recency"] == pytest.approx(recency)
    assert ours["frequency"] == pytest.approx(positions)
    assert ours["monetary"] == pytest.approx(cents_above)


def test_the_unit_tests_of_the_adapter_pass(online_retail_by_default: Project) -> None:
    assert len(passed_unit_tests(online_retail_by_default.printed.read_text())) == 12


def test_every_customer_has_one_rfm_segment(online_retail_by_default: Project) -> None:
    ((customers, segments, rows),) = online_retail_by_default.rows("""
        select count(distinct customer_id), count(segment), count(*)
        from fct_customer_segments
        where segmentation = 'rfm'
    """)
    # Customers with a first invoice after as_of_date, the second last day, do not exist yet.
    ((expected,),) = query(f"""
        select count(distinct customerid)
        from '{ONLINE_RETAIL}/online_retail.parquet'
        where invoicedate < timestamp '2011-12-09'
    """)
    assert (customers, segments, rows) == (expected, expected, expected)


def test_online_retail_units_and_money_are_kept(online_retail_by_default: Project) -> None:
    # Up to as_of_date, the second last day.
    ((orders, units, gross, net),) = online_retail_by_default.warehouse_rows(
        "select count(*), sum(units), sum(gross_amount), sum(net_amount)"
        " from segments_intermediate.int_orders"
    )
    ((sold_orders, sold_units, sold_amount),) = query(f"""
        with
            lines as (select distinct * from '{ONLINE_RETAIL}/online_retail.parquet')
        select
            count(distinct invoiceno), sum(quantity),
            round(sum(quantity * cast(unitprice as decimal(18, 4))), 2)
        from lines
        where
            quantity > 0
            and invoiceno not like 'A%'
            and invoicedate < timestamp '2011-12-09'
    """)
    ((returned_amount,),) = online_retail_by_default.warehouse_rows(
        "select sum(amount) from segments_landing_adapters.online_retail__refunds"
        " where refunded_at < timestamp '2011-12-09'"
    )
    assert (orders, units, gross) == (sold_orders, sold_units, sold_amount)
    assert net == sold_amount - returned_amount


def test_every_line_of_online_retail_is_accounted_for(online_retail_by_default: Project) -> None:
    accounts = online_retail_by_default.warehouse_rows(
        "select line_kind, destination, line_count, amount"
        " from segments_landing_adapters.online_retail__accounting"
    )
    lines = {(kind, destination): count for kind, destination, count, _ in accounts}
    assert lines == {
        ("sale", "order_lines"): 526_051,
        ("cancellation", "refunds"): 7_087,
        ("cancellation", "left out: no sale that fits"): 1_785,
        ("cancellation", "left out: no customer"): 379,
        ("adjustment", "left out"): 3,
        ("stock_movement", "left out"): 1_336,
        ("duplicate", "left out"): 5_268,
    }
    ((raw_lines, raw_amount),) = query(f"""
        select count(*), sum(quantity * cast(unitprice as decimal(18, 4)))
        from '{ONLINE_RETAIL}/online_retail.parquet'
    """)
    assert sum(lines.values()) == raw_lines
    assert sum(amount for *_, amount in accounts) == round(raw_amount, 2)


def test_rsquared_gives_the_published_summary(rsquared_by_recipe: Project) -> None:
    ours = rsquared_by_recipe.warehouse_rows("""
        select
            rfm_segment, count(*), sum(window_orders), sum(window_net_amount),
            round(sum(window_net_amount) / sum(window_orders), 2)
        from segments_marts.dim_customers group by rfm_segment order by rfm_segment
    """)
    oracle = query(f"from '{RSQUARED}/oracle_rsquared_rfm_segment_summary.csv' order by segment")
    assert len(oracle) == 10
    assert [row[:4] for row in ours] == [row[:4] for row in oracle]
    assert [float(row[4]) for row in ours] == [row[4] for row in oracle]


def test_rsquared_gives_the_published_scores(rsquared_by_recipe: Project) -> None:
    customers_that_differ = rsquared_by_recipe.warehouse_rows(f"""
        select *
        from segments_marts.dim_customers as ours
        full join
            '{RSQUARED}/oracle_rsquared_rfm_per_customer.parquet' as oracle
            on ours.contact_id = oracle.customer_id
        where
            (oracle.recency_days, oracle.transaction_count, oracle.amount, oracle.segment)
            is distinct from (
                ours.recency_days, ours.window_orders, ours.window_net_amount, ours.rfm_segment
            )
            or (oracle.recency_score, oracle.frequency_score, oracle.monetary_score)
            is distinct from (ours.r_score, ours.f_score, ours.m_score)
    """)
    assert customers_that_differ == []


def test_rsquared_cut_points_are_the_quantiles_of_the_package_plus_1() -> None:
    ((recency, frequency, monetary),) = query(f"""
        with
            customers as (
                select
                    date '2006-12-31' - max(cast(order_date as date)) as recency,
                    count(*) as frequency, sum(revenue) as monetary
                from '{RSQUARED}/rfm_data_orders.parquet' group by customer_id
            )
        select
            quantile_cont(recency, [0.8, 0.6, 0.4, 0.2]),
            quantile_cont(frequency, [0.2, 0.4, 0.6, 0.8]),
            quantile_cont(monetary, [0.2, 0.4, 0.6, 0.8])
        from customers
    """)
    ours = cut_points(RECIPES / RSQUARED.name)
    # In whole days, less than edge + 1 means at most the edge rounded up.
    assert ours["recency"] == [math.ceil(edge) for edge in recency]
    assert ours["frequency"] == [edge + 1 for edge in frequency]
    assert ours["monetary"] == pytest.approx([edge + 1 for edge in monetary])
