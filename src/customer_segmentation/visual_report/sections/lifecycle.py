"""Lifecycle and migration: stages of customers, and who moved between segments."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, share
from customer_segmentation.visual_report.sections.profiles import profile
from customer_segmentation.visual_report.tables import Rows

# The page has a matrix for each segmentation of these families; others hardly move.
_MOVING = "'value', 'lifecycle', 'purchase', 'behaviour', 'service'"
_ONE_DAY = "The history has one day so far. Moves appear from the second run on."


def _moves_finding(rows: Rows, run: Run) -> str:
    moved = [row for row in rows if row["from_segment"] != row["to_segment"] and row["customers"]]
    days = f"from {rows[0]['from_date']} to {rows[0]['to_date']}"
    if not moved:
        return f"No move of {run.few} or more customers {days}"
    most = max(moved, key=lambda row: row["customers"])
    return (
        f"The largest move {days} is from “{most['from_label']}” to “{most['to_label']}”: "
        f"{most['customers']:,} customers"
    )


def _moves_chart(name: str, rows: Rows, run: Run) -> Any:
    picker = ["segmentation"]
    chart = charts.data(name, rows, picker).transform_filter("isValid(datum.customers)")
    x = alt.X(
        "to_label:N",
        title="Segment now",
        sort=alt.EncodingSortField("to_position", op="min"),
        axis=alt.Axis(labelAngle=-40, orient="top"),
    )
    y = charts.labels("from_label", "from_position", "Segment before")
    # The share of the row, because customers who stay are most.
    return charts.heatmap(chart, x, y, "share", "customers", is_slanted=True)


def _direction_finding(rows: Rows, run: Run) -> str:
    first = rows[0]
    return (
        f"{first['label']}: {_part(first['upgrade_share'])} of the customers moved up and "
        f"{_part(first['downgrade_share'])} moved down from {first['from_date']} to "
        f"{first['to_date']}"
    )


def _part(part: float | None) -> str:
    return "an unknown share" if part is None else share(part)


def _direction_chart(name: str, rows: Rows, run: Run) -> Any:
    base = (
        charts.data(name)
        .transform_calculate(Up="datum.upgrade_share", Down="-datum.downgrade_share")
        .transform_fold(["Up", "Down"], as_=["direction", "part"])
        .transform_calculate(text="format(abs(datum.part), '.1%')")
        .encode(
            y=charts.labels("label", "position"),
            x=alt.X(
                "part:Q",
                title="Down to the left, up to the right",
                axis=charts.WITHOUT_TICKS,
                # Room for the texts at both ends.
                scale=alt.Scale(padding=45),
            ),
        )
    )
    colour = alt.condition(
        "datum.direction === 'Up'", alt.value(charts.RISE), alt.value(charts.FALL)
    )
    up, down = (f"datum.direction === '{direction}'" for direction in ("Up", "Down"))
    return alt.layer(
        base.mark_bar().encode(color=colour),
        base.transform_filter(up).mark_text(align="left", dx=5).encode(text="text:N"),
        base.transform_filter(down).mark_text(align="right", dx=-5).encode(text="text:N"),
    ).properties(width="container", height=alt.Step(26))


SECTION = Section(
    "lifecycle",
    "Lifecycle and migration",
    [
        profile("lifecycle", "At which stage are customers?", "customers and prospects"),
        profile("tenure", "How long have they been customers?", "buyers", without="prospect"),
        Figure(
            name="moves",
            question="Who moved from which segment to which since the run before?",
            sources={
                "agg_segment_migration": ["from_segment", "to_segment", "customers", "share"],
                "segments": ["label"],
            },
            query=f"""
                select
                    moves.segmentation,
                    from_date,
                    to_date,
                    from_segment,
                    from_label,
                    coalesce(from_position, 999) as from_position,
                    to_segment,
                    to_label,
                    coalesce(to_position, 999) as to_position,
                    customers,
                    round(share, 4) as share
                from moves
                inner join segmentations using (segmentation)
                where customers > 0 and family in ({_MOVING}) and segments_are_listed
                order by
                    moves.segmentation <> 'rfm',
                    moves.segmentation,
                    from_position,
                    to_position,
                    to_segment
            """,
            finding=_moves_finding,
            columns={
                "from_label": Column("Segment before"),
                "to_label": Column("Segment now"),
                "customers": Column("Customers", "count"),
                "share": Column("Share of the segment before", "share"),
            },
            chart=_moves_chart,
            without=_ONE_DAY,
            picker=["segmentation"],
            is_wide=True,
            min_width=640,
        ),
        Figure(
            name="direction",
            question="Did customers move up or down?",
            sources={"agg_segment_stability": ["upgrade_share", "downgrade_share", "retention"]},
            query="""
                select
                    segmentations.label,
                    row_number() over (order by stability.segmentation <> 'rfm', label) as position,
                    from_date,
                    to_date,
                    cast(retention as double) as retention,
                    cast(upgrade_share as double) as upgrade_share,
                    cast(downgrade_share as double) as downgrade_share
                from agg_segment_stability as stability
                inner join segmentations on stability.segmentation = segmentations.segmentation
                where
                    stability.segmentation in (
                        select segmentation from segments where value_rank is not null
                    )
                    and upgrade_share is not null
                    and is_available
                order by position
            """,
            finding=_direction_finding,
            columns={
                "label": Column("Segmentation"),
                "retention": Column("Stayed", "share"),
                "upgrade_share": Column("Moved up", "share"),
                "downgrade_share": Column("Moved down", "share"),
            },
            chart=_direction_chart,
            without=_ONE_DAY,
        ),
    ],
)
