"""Any segmentation: sizes, money and features of the segmentation that is picked."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, share
from customer_segmentation.visual_report.tables import Rows

_PICKER = ["segmentation"]


def _profiles_finding(rows: Rows, run: Run) -> str:
    name = rows[0]["segmentation_label"]
    money = [row for row in rows if row["net_amount_share"] and row["segment"] != "hidden"]
    if not money:
        return f"{name}: no net value that may be shown"
    most = max(money, key=lambda row: row["net_amount_share"])
    return f"{name}: “{most['label']}” brings {share(most['net_amount_share'])} of the net value"


def _sizes_finding(rows: Rows, run: Run) -> str:
    name = rows[0]["segmentation_label"]
    known = [row for row in rows if row["customers"]]
    if not known:
        return f"{name}: each segment has fewer than {run.few} customers"
    most = max(known, key=lambda row: row["customers"])
    return f"{name}: “{most['label']}” has the most customers, {most['customers']:,}"


def _sizes_chart(name: str, rows: Rows, run: Run) -> Any:
    chart = charts.data(name, rows, _PICKER, marks_segment=True)
    chart = chart.transform_filter("isValid(datum.customers)")
    return charts.bars(chart, "customers", "Customers", colour=_picked())


def _profiles_chart(name: str, rows: Rows, run: Run) -> Any:
    chart = charts.data(name, rows, _PICKER, marks_segment=True)
    return charts.bars(chart, "net_amount_share", "Share of net value", colour=_picked())


def _picked() -> Any:
    return alt.condition(
        "segment === '' || datum.segment === segment",
        alt.value(charts.ACCENT),
        alt.value(charts.QUIET),
    )


def _features_finding(rows: Rows, run: Run) -> str:
    first = rows[0]
    return f"{first['segmentation_label']}: segments differ most in {first['feature'].lower()}"


def _features_chart(name: str, rows: Rows, run: Run) -> Any:
    return charts.bars(
        charts.data(name, rows, _PICKER),
        "strength",
        "Strength of the difference, 0 to 1",
        label="feature",
    )


SECTION = Section(
    "any",
    "Any segmentation",
    [
        Figure(
            name="sizes",
            question="How many customers are in each segment?",
            sources={"agg_segment_profiles": ["customers"], "segments": ["label", "description"]},
            query="""
                select
                    profiles.segmentation,
                    segmentation_label,
                    profiles.segment,
                    profiles.label,
                    position,
                    segments.description,
                    customers,
                    customer_share,
                    format('{:,}', customers) as text
                from profiles
                left join segments using (segmentation, segment)
                where segment <> 'hidden' and position <= 20 and coalesce(customers, -1) <> 0
                qualify count(customers) over (partition by profiles.segmentation) > 0
                order by profiles.segmentation <> 'rfm', profiles.segmentation, position
            """,
            finding=_sizes_finding,
            columns={
                "label": Column("Segment"),
                "description": Column("Meaning"),
                "customers": Column("Customers", "count"),
                "customer_share": Column("Share of all", "share"),
            },
            chart=_sizes_chart,
            picker=_PICKER,
            without="No segmentation is available for this landing.",
        ),
        Figure(
            name="amounts",
            question="Which segments bring the net value?",
            sources={
                "agg_segment_profiles": [
                    "net_amount",
                    "net_amount_share",
                    "average_order_value",
                    "mean_recency_days",
                    "top_features",
                ]
            },
            query="""
                select
                    segmentation,
                    segmentation_label,
                    segment,
                    label,
                    position,
                    orders,
                    net_amount,
                    round(net_amount_share, 4) as net_amount_share,
                    average_order_value,
                    mean_recency_days,
                    replace(replace(top_features, '_', ' '), ' sd', '') as top_features,
                    if(
                        net_amount_share between 0.0001 and 0.0099,
                        format('{:.1f} %', 100 * net_amount_share),
                        format('{:.0f} %', 100 * net_amount_share)
                    ) as text
                from profiles
                where
                    segmentation in (
                        select segmentation from profiles where net_amount > 0
                    )
                    and net_amount is not null
                    and (position <= 20 or segment = 'hidden')
                order by segmentation <> 'rfm', segmentation, position
            """,
            finding=_profiles_finding,
            columns={
                "label": Column("Segment"),
                "orders": Column("Purchases", "number"),
                "net_amount": Column("Net value", "money"),
                "net_amount_share": Column("Share of net value", "share"),
                "average_order_value": Column("Order value", "mean"),
                "mean_recency_days": Column("Days since last purchase", "number"),
                "top_features": Column("Farthest from all customers, in standard deviations"),
            },
            chart=_profiles_chart,
            picker=_PICKER,
            without="There are no purchases in the window.",
        ),
        Figure(
            name="features",
            question="By what do the segments differ most?",
            sources={"key_features": ["feature", "strength", "customers"]},
            query="""
                select
                    features.segmentation,
                    segmentations.label as segmentation_label,
                    plain(feature) as feature,
                    row_number() over (
                        partition by features.segmentation order by feature_rank
                    ) as position,
                    round(strength, 3) as strength,
                    shown(customers) as customers,
                    format('{:.2f}', strength) as text
                from key_features as features
                inner join segmentations using (segmentation)
                where strength is not null and shown(customers) is not null
                qualify position <= 8
                order by features.segmentation <> 'rfm', features.segmentation, position
            """,
            finding=_features_finding,
            columns={
                "feature": Column("Feature"),
                "strength": Column("Strength", "number"),
                "customers": Column("Customers with a known value", "count"),
            },
            chart=_features_chart,
            picker=_PICKER,
            without="No feature is known for enough customers.",
        ),
    ],
)
