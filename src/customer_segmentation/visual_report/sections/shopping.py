"""Shopping: archetypes, carts, prices, channels, categories."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, share
from customer_segmentation.visual_report.sections.people import (
    amounts_chart,
    demand_query,
    places_finding,
)
from customer_segmentation.visual_report.sections.profiles import profile
from customer_segmentation.visual_report.tables import Rows

_CATEGORY = "case category when 'hidden' then 'Hidden: few customers' else plain(category) end"


def _funnel_finding(rows: Rows, run: Run) -> str:
    first, last = rows[0], rows[-1]
    return (
        f"Of {first['customers']:,} customers who looked at products, {last['customers']:,} "
        f"({share(last['customers'] / first['customers'])}) completed a checkout"
    )


def _funnel_chart(name: str, rows: Rows, run: Run) -> Any:
    return charts.bars(charts.data(name), "customers", "Customers")


def _channels_finding(rows: Rows, run: Run) -> str:
    known = [row for row in rows if row["customers"]]
    if not known:
        return f"Each combination has fewer than {run.few} customers"
    most = max(known, key=lambda row: row["customers"])
    return f"The most frequent combination is “{most['label']}”: {most['customers']:,} customers"


def _channels_chart(name: str, rows: Rows, run: Run) -> Any:
    if not any(row["customers"] for row in rows):
        return None
    x = alt.X("buys:N", title="Buys", sort=["In stores", "Online"], axis=alt.Axis(labelAngle=0))
    y = alt.Y("asks:N", title="Asks for service", sort=["In person", "Digitally"])
    return charts.heatmap(charts.data(name), x, y, "customers", "text", step=70)


SECTION = Section(
    "shopping",
    "Shopping",
    [
        profile(
            "archetype", "Which kinds of shoppers are there?", "customers with visits or purchases"
        ),
        Figure(
            name="funnel",
            question="How many get from a product to a purchase?",
            sources={"agg_segment_profiles": ["segmentation", "segment", "customers"]},
            # Customers whose visits are known; a cart that was emptied is a cart.
            query="""
                with
                    steps(position, label, segmentation, no_step) as (
                        values
                            (1, 'Looked at a product', 'browse_behaviour', 'no_product_viewed'),
                            (2, 'Had a cart', 'cart_behaviour', 'no_cart'),
                            (3, 'Began a checkout', 'checkout_behaviour', 'no_checkout')
                    ),

                    reached as (
                        select
                            steps.position, steps.label, segmentation, sum(customers) as customers
                        from steps
                        inner join profiles using (segmentation)
                        where is_known and segment <> no_step
                        group by all
                        union all
                        select 4, 'Completed a checkout', segmentation, customers
                        from profiles
                        where segment = 'checkout_completer'
                    )

                select
                    position,
                    label,
                    shown(customers) as customers,
                    round(customers / first_value(customers) over (order by position), 4) as part,
                    format('{:,}', cast(customers as bigint)) as text
                from reached
                qualify count(shown(customers)) over () = 4 and min(customers) over () > 0
                order by position
            """,
            finding=_funnel_finding,
            columns={
                "label": Column("Step"),
                "customers": Column("Customers", "count"),
                "part": Column("Share of the first step", "share"),
            },
            chart=_funnel_chart,
            needs=["browse_behaviour", "cart_behaviour", "checkout_behaviour"],
        ),
        profile("price_sensitivity", "Do they buy at full price?", "buyers who can be judged"),
        Figure(
            name="channels",
            question="Do they ask for service where they buy?",
            sources={
                "agg_segment_profiles": ["segmentation", "segment", "customers"],
                "segments": ["label"],
            },
            query="""
                select
                    label,
                    if(segment like 'store_%', 'In stores', 'Online') as buys,
                    if(segment like '%_personal', 'In person', 'Digitally') as asks,
                    customers,
                    coalesce(format('{:,}', customers), 'few') as text
                from profiles
                where
                    segmentation = 'channel_quadrant'
                    and is_known
                    and segment <> 'mixed'
                order by position
            """,
            finding=_channels_finding,
            columns={
                "label": Column("Combination"),
                "buys": Column("Buys"),
                "asks": Column("Asks for service"),
                "customers": Column("Customers", "count"),
            },
            chart=_channels_chart,
            needs=["channel_quadrant"],
        ),
        Figure(
            name="categories",
            question="Which categories of products bring the net value?",
            sources={"agg_region_category_demand": ["segment", "category", "orders", "net_amount"]},
            query=demand_query(
                "agg_region_category_demand",
                _CATEGORY,
                f"select {_CATEGORY} as label, orders, net_amount from agg_region_category_demand "
                "where segmentation = 'rfm'",
            ),
            finding=places_finding,
            columns={
                "label": Column("Category"),
                "orders": Column("Purchases", "number"),
                "net_amount": Column("Net value", "money"),
            },
            chart=amounts_chart,
            without="No net value by category: there are no purchases, or no categories.",
            picker=["segmentation", "segment"],
        ),
        profile("device", "What do they visit the shop with?", "visitors with a known device"),
    ],
)
