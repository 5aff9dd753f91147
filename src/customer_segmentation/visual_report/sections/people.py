"""People: age, life stage, places."""

from typing import Any

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, share
from customer_segmentation.visual_report.sections.profiles import profile
from customer_segmentation.visual_report.tables import Rows

_MOST_PLACES = 15


def places_finding(rows: Rows, run: Run) -> str:
    """The first row, whose net value is the largest, in a sentence."""
    first, total = rows[0], sum(row["net_amount"] or 0 for row in rows)
    if not first["net_amount"]:
        return f"No net value in the last {run.window_days} days"
    whose = f"{first['segment_label']}: " if first["segment"] else ""
    return (
        f"{whose}“{first['label']}” is first with {run.money(first['net_amount'])} "
        f"({share(first['net_amount'] / total)})"
    )


def amounts_chart(name: str, rows: Rows, run: Run) -> Any:
    """Bars of net value for the segment that is picked."""
    picker = ["segmentation", "segment"]
    chart = charts.data(name, rows, picker).transform_filter("datum.net_amount > 0")
    title = f"Net value in {run.window_days} days, {run.currency}"
    return charts.bars(chart, "net_amount", title)


def demand_query(table: str, label: str, all_customers: str) -> str:
    """The query of net value by place or category, of each segment and of all customers.

    Args:
        table: the published table with a row per segment.
        label: the label of the place or category, in SQL.
        all_customers: the query of label, orders and net_amount of all customers. Their segment is
            the empty text.
    """
    return f"""
        with
            cells as (
                select
                    demand.segmentation,
                    demand.segment,
                    label(segments.label, demand.segment) as segment_label,
                    {label} as label,
                    demand.orders,
                    demand.net_amount
                from {table} as demand
                left join segments
                    on demand.segmentation = segments.segmentation
                    and demand.segment = segments.segment
                where demand.segment <> 'hidden'
                union all
                select segmentation, '', '', label, orders, net_amount
                from ({all_customers}) as everybody
                cross join (select distinct segmentation from {table})
            ),

            sums as (
                select
                    segmentation,
                    segment,
                    segment_label,
                    label,
                    cast(sum(orders) as bigint) as orders,
                    cast(sum(net_amount) as double) as net_amount
                from cells
                group by all
                having sum(net_amount) > 0
            )

        select
            *,
            row_number() over ranked as position,
            format('{{:,.0f}}', net_amount) as text
        from sums
        window ranked as (
            partition by segmentation, segment order by net_amount desc, label
        )
        qualify position <= {_MOST_PLACES}
        order by segmentation <> 'rfm', segmentation, segment, position
    """


SECTION = Section(
    "people",
    "People",
    [
        profile("age_band", "How old are they?", "customers of known age"),
        profile("life_stage", "At which stage of life are they?", "customers with known household"),
        Figure(
            name="places",
            question="Where does the net value come from?",
            sources={
                "agg_segment_profiles": ["net_amount"],
                "agg_region_demand": ["market_region", "segment", "orders", "net_amount"],
            },
            query=demand_query(
                "agg_region_demand",
                "case market_region when 'hidden' then 'Hidden: few customers' when 'unknown' "
                "then 'Not known' else market_region end",
                "select label, orders, net_amount from profiles "
                "where segmentation = 'market_region'",
            ),
            finding=places_finding,
            columns={
                "label": Column("Market region"),
                "orders": Column("Purchases", "number"),
                "net_amount": Column("Net value", "money"),
            },
            chart=amounts_chart,
            without="No net value by region: there are no purchases, or no places.",
            picker=["segmentation", "segment"],
        ),
        profile(
            "density_class",
            "Do they live in cities, towns or the country?",
            "customers with a known place",
        ),
        profile("climate", "In which climate do they live?", "customers with a known place"),
        profile("company_size", "How large are the companies?", "companies of known size"),
    ],
)
