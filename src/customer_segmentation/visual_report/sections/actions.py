"""Actions: goals, strategies, and the reach of audiences."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import (
    Column,
    Figure,
    Run,
    Section,
    count,
    listed,
    share,
)
from customer_segmentation.visual_report.tables import Rows

# Customers who object to profiling are in every audience's count, but in no segment.
_OUTCOMES = """
    values
        ('too_young', 'Too young, or age not known', 4),
        ('age_not_known', 'Too young, or age not known', 4),
        ('no_consent', 'No consent', 3),
        ('unsubscribed', 'No consent', 3),
        ('contacted', 'Contacted', 1)
"""
_ORDER = ["Contacted", "Other reasons, and held out", "No consent", "Too young, or age not known"]


def _goals_finding(rows: Rows, run: Run) -> str:
    changed = {
        verdict: [row["label"] for row in rows if row["verdict"] == verdict]
        for verdict in ("better", "worse")
    }
    if not any(changed.values()):
        return f"None of {count(len(rows), 'goal', 'goals')} has clearly changed"
    return "; ".join(
        f"{len(labels)} of {len(rows)} goals {'is' if len(labels) == 1 else 'are'} {verdict} than "
        f"in the period before: {listed([f'“{label}”' for label in labels])}"
        for verdict, labels in changed.items()
        if labels
    )


def _strategies_finding(rows: Rows, run: Run) -> str:
    name = rows[0]["segmentation_label"]
    return f"{name}: {count(len(rows), 'segment has', 'segments have')} a strategy"


def _reach_finding(rows: Rows, run: Run) -> str:
    contacted = sum(row["customers"] or 0 for row in rows if row["outcome"] == "Contacted")
    lost: dict[str, int] = {}
    for row in rows:
        if row["outcome"] != "Contacted":
            lost[row["outcome"]] = lost.get(row["outcome"], 0) + (row["customers"] or 0)
    people = contacted + sum(lost.values())
    if not contacted:
        return f"No audience contacts {run.few} or more customers"
    reason = max(lost, key=lambda outcome: lost[outcome]) if lost else ""
    return f"Audiences contact {share(contacted / people)} of their candidates" + (
        f"; the main reason against is “{reason.lower()}”" if reason else ""
    )


def _reach_chart(name: str, rows: Rows, run: Run) -> Any:
    if not any(row["customers"] for row in rows):
        return None
    base = charts.data(name).transform_filter("isValid(datum.customers)")
    return alt.layer(
        base.mark_bar(stroke="var(--card)", strokeWidth=1).encode(
            y=charts.labels("label", "priority"),
            x=alt.X("customers:Q", title="Candidates", stack="zero", axis=alt.Axis(tickCount=8)),
            order="position:Q",
            color=alt.Color(
                "outcome:N",
                title=None,
                sort=_ORDER,
                scale=alt.Scale(domain=_ORDER, range=charts.SERIES),
            ),
            tooltip=["label:N", "outcome:N", "customers:Q"],
        ),
        base.transform_filter("datum.position == 1")
        .mark_text(align="left", dx=5, color="var(--on-accent)", fontWeight="bold")
        .encode(y=charts.labels("label", "priority"), text="customers:Q", x=alt.datum(0)),
    ).properties(width="container", height=alt.Step(30))


_VERDICTS = {
    "works": "works",
    "harms": "does harm",
    "no_effect": "has no effect that matters",
    "too_few": "has too few customers to tell",
}


def _results_finding(rows: Rows, run: Run) -> str:
    working = [row["label"] for row in rows if row["verdict"] == "works"]
    if len(rows) == 1 or not working:
        row = max(rows, key=lambda found: (found["lift"], found["label"]))
        return (
            f"“{row['label']}” {_VERDICTS[row['verdict']]}: {_points(row['lift'])} of the "
            f"contacted customers bought than of those held out (95 % interval {row['interval']})"
        )
    best = max(rows, key=lambda row: (row["verdict"] == "works", row["lift"]))
    return (
        f"{len(working)} of {len(rows)} audiences work; “{best['label']}” has the largest lift: "
        f"{_points(best['lift'])} of the contacted customers bought than of those held out"
    )


def _points(lift: float) -> str:
    points = f"{abs(100 * lift):.1f} points"
    return f"{points} {'more' if lift >= 0 else 'fewer'}"


def _results_chart(name: str, rows: Rows, run: Run) -> Any:
    base = charts.data(name).encode(y=charts.labels("label", "position"))
    points = alt.Axis(format="+.0%", tickCount=6)
    return alt.layer(
        alt.Chart(alt.NamedData(name))
        .transform_filter("datum.position == 1")
        .mark_rule(color=charts.QUIET, strokeDash=[4, 4])
        .encode(x=alt.datum(0)),
        base.mark_rule(color=charts.ACCENT, strokeWidth=3).encode(
            x=alt.X("lift_low:Q", title="Difference of the shares who bought", axis=points),
            x2="lift_high:Q",
        ),
        base.mark_point(color=charts.ACCENT, filled=True, size=70).encode(
            x="lift:Q", tooltip=["label:N", "interval:N", "verdict_label:N"]
        ),
    ).properties(width="container", height=alt.Step(30))


SECTION = Section(
    "actions",
    "Actions",
    [
        Figure(
            name="goals",
            question="Is each goal nearer than in the period before, and which segments serve it?",
            sources={
                "goal_results": [
                    *("metric_label", "period_days", "metric_value", "metric_value_before"),
                    *("change_at_least", "change_at_most", "verdict"),
                ],
                "departments": ["label"],
                "goal_segmentations": ["segmentation"],
            },
            query="""
                select
                    goals.label,
                    departments.label as department,
                    goals.metric_label,
                    measured(goals.metric_value, goals.unit) as now,
                    measured(goals.metric_value_before, goals.unit) as before,
                    interval_of(goals.change_at_least, goals.change_at_most, goals.unit)
                        as interval,
                    goals.period_days,
                    goals.verdict,
                    plain(goals.verdict) as verdict_label,
                    string_agg(segmentations.label, ', ' order by segmentations.label)
                        as segmentations
                from goal_results as goals
                left join departments using (department)
                left join goal_segmentations using (goal)
                left join segmentations
                    on goal_segmentations.segmentation = segmentations.segmentation
                    and is_available
                group by all
                order by department, goals.label
            """,
            finding=_goals_finding,
            columns={
                "department": Column("Department"),
                "label": Column("Goal"),
                "metric_label": Column("Measured by"),
                "now": Column("Now"),
                "before": Column("Before"),
                "period_days": Column("Days", "count"),
                "interval": Column("Change, 95 % interval"),
                "verdict_label": Column("Verdict"),
                "segmentations": Column("Segmentations"),
            },
            without="There are no goals.",
            is_wide=True,
        ),
        Figure(
            name="strategies",
            question="What is recommended for each segment?",
            sources={
                "segment_strategies": ["segment", "strategy"],
                "strategies": ["label", "description", "goal"],
                "goals": ["label"],
                "segments": ["label"],
            },
            query="""
                select
                    advice.segmentation,
                    segmentations.label as segmentation_label,
                    advice.segment,
                    label(segments.label, advice.segment) as label,
                    strategies.label as strategy,
                    strategies.description,
                    goals.label as goal
                from segment_strategies as advice
                inner join segmentations using (segmentation)
                left join segments using (segmentation, segment)
                left join strategies using (strategy)
                left join goals using (goal)
                where is_available
                order by
                    advice.segmentation <> 'rfm', segmentation_label, segments.sort_order, strategy
            """,
            finding=_strategies_finding,
            columns={
                "label": Column("Segment"),
                "strategy": Column("Strategy"),
                "description": Column("What to do"),
                "goal": Column("Goal"),
            },
            picker=["segmentation"],
            without="No available segment has a strategy.",
        ),
        Figure(
            name="reach",
            question="How many candidates does each audience reach, and why not the rest?",
            sources={
                "agg_audience_exclusions": ["outcome", "customers"],
                "audiences": ["label", "channel"],
                "audience_segments": ["segment"],
            },
            query=f"""
                with
                    included as (
                        select
                            audience,
                            string_agg(
                                label(segments.label, parts.segment), ', ' order by sort_order
                            ) as segments
                        from audience_segments as parts
                        left join segments using (segmentation, segment)
                        where kind = 'include'
                        group by audience
                    )

                select
                    audiences.label,
                    channel,
                    coalesce(included.segments, '') as segments,
                    priority,
                    coalesce(groups.label, 'Other reasons, and held out') as outcome,
                    coalesce(groups.position, 2) as position,
                    shown(cast(sum(customers) as bigint)) as customers
                from agg_audience_exclusions as reach
                inner join audiences using (audience)
                left join included using (audience)
                left join ({_OUTCOMES}) as groups(outcome, label, position) using (outcome)
                where outcome <> 'objected'
                group by all
                having sum(customers) > 0
                order by priority, label, position
            """,
            finding=_reach_finding,
            columns={
                "label": Column("Audience"),
                "segments": Column("Segments"),
                "channel": Column("Channel"),
                "outcome": Column("Outcome"),
                "customers": Column("Customers", "count"),
            },
            chart=_reach_chart,
            without="There are no audiences.",
            is_wide=True,
        ),
        Figure(
            name="results",
            question="What did each campaign bring, against the customers who were held out?",
            sources={
                "audience_results": [
                    *("contacted", "held_out", "lift", "lift_low", "lift_high", "amount_lift"),
                    *("needed_contacted", "needed_held_out", "verdict"),
                ]
            },
            query="""
                select
                    audiences.label,
                    row_number() over (order by lift desc, audiences.label) as position,
                    contacted,
                    held_out,
                    contacted_share,
                    held_out_share,
                    lift,
                    lift_low,
                    lift_high,
                    printf('%+.1f to %+.1f points', 100 * lift_low, 100 * lift_high) as interval,
                    amount_lift,
                    needed_contacted,
                    needed_held_out,
                    verdict,
                    plain(verdict) as verdict_label
                from audience_results
                inner join audiences using (audience)
                where lift is not null
                order by position
            """,
            finding=_results_finding,
            columns={
                "label": Column("Audience"),
                "contacted": Column("Contacted", "count"),
                "held_out": Column("Held out", "count"),
                "contacted_share": Column("Bought, of contacted", "share"),
                "held_out_share": Column("Bought, of held out", "share"),
                "interval": Column("Difference, 95 % interval"),
                "amount_lift": Column("Net value more per customer", "mean"),
                "needed_contacted": Column("Contacted to be sure", "count"),
                "needed_held_out": Column("Held out to be sure", "count"),
                "verdict_label": Column("Verdict"),
            },
            chart=_results_chart,
            without="No audience has results yet: its window is not over, or it holds too few out.",
            is_wide=True,
        ),
    ],
)
