"""RFM map: which groups of buyers the money comes from."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, share
from customer_segmentation.visual_report.tables import Rows

# A tile shows its name if it is large enough on a chart of 640 pixels; the table has all names.
_WIDTH, _HEIGHT, _LETTER = 640, 340, 7.2


def _finding(rows: Rows, run: Run) -> str:
    first, total = rows[0], sum(row["net_amount"] for row in rows)
    return (
        f"“{first['label']}” bring the most: {run.money(first['net_amount'])} "
        f"({share(first['net_amount'] / total)}) from {first['customers']:,} customers"
    )


def _chart(name: str, rows: Rows, run: Run) -> Any:
    for row, (x, y, x2, y2) in zip(rows, tiles([row["net_amount"] for row in rows]), strict=True):
        lines = [
            row["label"],
            run.money(row["net_amount"]),
            f"{row['customers']:,} customers",
            *([f"{row['recency_days']:.0f} days ago"] if row["recency_days"] is not None else []),
        ]
        row["text"] = next((text for text in (lines, lines[:1]) if _fits(text, x2 - x, y2 - y)), [])
        row |= {"x": x, "y": y, "x2": x2, "y2": y2}
    # Rounding can make 1.0000000000000002 of 1; the scale would then end at 1.1.
    whole = alt.Scale(domain=[0, 1], nice=False)
    base = charts.data(name).encode(
        x=alt.X("x:Q", axis=None, scale=whole), y=alt.Y("y:Q", axis=None, scale=whole)
    )
    return alt.layer(
        # The row hidden has no mean recency.
        base.transform_filter("!isValid(datum.recency_days)")
        .mark_rect(stroke="var(--card)", strokeWidth=3, color=charts.QUIET, fillOpacity=0.35)
        .encode(x2="x2:Q", y2="y2:Q"),
        base.transform_filter("isValid(datum.recency_days)")
        .mark_rect(stroke="var(--card)", strokeWidth=3, color=charts.ACCENT)
        .encode(
            x2="x2:Q",
            y2="y2:Q",
            fillOpacity=alt.FillOpacity(
                "recency_days:Q", scale=alt.Scale(range=[0.55, 0.08]), legend=None
            ),
            tooltip=["label:N", "customers:Q", "net_amount:Q"],
        ),
        base.mark_text(align="left", baseline="top", dx=8, dy=8, lineHeight=16).encode(
            y=alt.Y("y2:Q", axis=None, scale=whole), text="text:N"
        ),
    ).properties(width="container", height=_HEIGHT)


def _fits(lines: list[str], width: float, height: float) -> bool:
    wide = max(map(len, lines)) * _LETTER + 12 < width * _WIDTH
    return wide and 16 * len(lines) + 10 < height * _HEIGHT


def tiles(amounts: list[float]) -> list[tuple[float, float, float, float]]:
    """A rectangle (x, y, x2, y2) in the unit square for each amount, the largest first.

    Each row of rectangles takes as many as keep it nearest to squares (Bruls, Huizing and van Wijk:
    Squarified treemaps).
    """
    found: list[tuple[float, float, float, float]] = []
    left, bottom, width, height = 0.0, 0.0, _WIDTH / _HEIGHT, 1.0
    total = sum(amounts)
    areas = [amount / total * width for amount in amounts]
    while areas:
        side = min(width, height)
        size = 1
        while size < len(areas) and _worst(areas[: size + 1], side) <= _worst(areas[:size], side):
            size += 1
        row, areas = areas[:size], areas[size:]
        depth, along = sum(row) / side, 0.0
        for area in row:
            length = area / depth
            x, y = (left, bottom + along) if width >= height else (left + along, bottom)
            w, h = (depth, length) if width >= height else (length, depth)
            found.append((x, y, x + w, y + h))
            along += length
        if width >= height:
            left, width = left + depth, width - depth
        else:
            bottom, height = bottom + depth, height - depth
    scale = _WIDTH / _HEIGHT
    # From the top left corner.
    return [(x / scale, 1 - y2, x2 / scale, 1 - y) for x, y, x2, y2 in found]


def _worst(areas: list[float], side: float) -> float:
    # The largest ratio of the sides of a rectangle.
    depth = sum(areas) / side
    return max(max(depth**2 / area, area / depth**2) for area in areas)


SECTION = Section(
    "rfm",
    "RFM map",
    [
        Figure(
            name="rfm_map",
            question="Which groups bring the net value (area), and who bought lately (darker)?",
            sources={
                "agg_segment_profiles": ["customers", "net_amount", "mean_recency_days"],
                "segments": ["label"],
            },
            query="""
                select
                    label,
                    pooled_customers as customers,
                    orders,
                    net_amount,
                    round(net_amount / sum(net_amount) over (), 4) as amount_share,
                    average_order_value,
                    mean_recency_days as recency_days
                from profiles
                where segmentation = 'rfm' and net_amount > 0 and pooled_customers > 0
                order by net_amount desc, label
            """,
            finding=_finding,
            columns={
                "label": Column("RFM group"),
                "customers": Column("Customers", "count"),
                "orders": Column("Purchases", "number"),
                "net_amount": Column("Net value", "money"),
                "amount_share": Column("Share of net value", "share"),
                "average_order_value": Column("Order value", "mean"),
                "recency_days": Column("Days since last purchase", "number"),
            },
            chart=_chart,
            needs=["rfm"],
            is_wide=True,
            min_width=640,
        )
    ],
)
