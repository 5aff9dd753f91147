"""Business segments: their size, and the customers that they share."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, share
from customer_segmentation.visual_report.tables import Rows


def _sizes_finding(rows: Rows, run: Run) -> str:
    known = [row for row in rows if row["customers"]]
    if not known:
        return f"Each business segment has fewer than {run.few} customers"
    most = max(known, key=lambda row: row["customers"])
    return f"“{most['label']}” is the largest with {most['customers']:,} members"


def _sizes_chart(name: str, rows: Rows, run: Run) -> Any:
    if not any(row["customers"] for row in rows):
        return None
    chart = charts.data(name).transform_filter("isValid(datum.customers)")
    return charts.bars(chart, "customers", "Members")


def _overlaps_finding(rows: Rows, run: Run) -> str:
    pairs = [row for row in rows if row["label"] != row["other_label"]]
    if not pairs:
        return f"No two business segments share {run.few} or more customers"
    most = max(pairs, key=lambda row: row["segment_share"])
    return f"{share(most['segment_share'])} of “{most['label']}” are in “{most['other_label']}” too"


def _overlaps_chart(name: str, rows: Rows, run: Run) -> Any:
    x = alt.X(
        "other_label:N",
        title="also in",
        sort=alt.EncodingSortField("other_position", op="min"),
        axis=alt.Axis(orient="top", labelAngle=-40),
    )
    chart = charts.data(name).transform_filter("datum.label !== datum.other_label")
    y = charts.labels("label", "position", "Members of")
    return charts.heatmap(chart, x, y, "segment_share", "text", is_slanted=True)


SECTION = Section(
    "business",
    "Business segments",
    [
        Figure(
            name="business",
            question="How many customers meet the rules of each business segment?",
            sources={"agg_rule_overlaps": ["segment", "customers"], "segments": ["label"]},
            query="""
                select
                    label(segments.label, overlap.segment) as label,
                    segments.description,
                    row_number() over (order by customers desc, overlap.segment) as position,
                    shown(customers) as customers,
                    round(customer_share, 4) as customer_share,
                    format('{:,}', customers) as text
                from agg_rule_overlaps as overlap
                left join segments
                    on segments.segmentation = 'business' and overlap.segment = segments.segment
                where overlap.segment = other_segment and customers > 0
                order by position
            """,
            finding=_sizes_finding,
            columns={
                "label": Column("Segment"),
                "description": Column("Meaning"),
                "customers": Column("Members", "count"),
                "customer_share": Column("Share of all", "share"),
            },
            chart=_sizes_chart,
            needs=["business"],
            is_wide=True,
        ),
        Figure(
            name="overlaps",
            question="Which business segments have the same customers?",
            sources={"agg_rule_overlaps": ["segment", "other_segment", "customers"]},
            query="""
                select
                    label(one.label, overlap.segment) as label,
                    one.sort_order as position,
                    label(other.label, overlap.other_segment) as other_label,
                    other.sort_order as other_position,
                    shown(customers) as customers,
                    round(segment_share, 4) as segment_share,
                    format('{:.0f} %', 100 * segment_share) as text
                from agg_rule_overlaps as overlap
                left join segments as one
                    on one.segmentation = 'business' and overlap.segment = one.segment
                left join segments as other
                    on other.segmentation = 'business' and overlap.other_segment = other.segment
                where segment_share > 0 and overlap.segment <> other_segment
                order by position, other_position
            """,
            finding=_overlaps_finding,
            columns={
                "label": Column("Members of"),
                "other_label": Column("also in"),
                "customers": Column("Customers", "count"),
                "segment_share": Column("Share of the first", "share"),
            },
            chart=_overlaps_chart,
            needs=["business"],
            is_wide=True,
            min_width=640,
        ),
    ],
)
