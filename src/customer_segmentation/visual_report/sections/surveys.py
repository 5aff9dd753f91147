"""Surveys: whether the people of a segment confirm it."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, listed
from customer_segmentation.visual_report.tables import Rows


def _finding(rows: Rows, run: Run) -> str:
    confirmed = [f"“{row['label']}”" for row in rows if row["verdict"] == "Confirmed"]
    if not confirmed:
        return f"No segment of {len(rows)} is confirmed by its people"
    few = sum(row["verdict"] == "Too few answers" for row in rows)
    verb = "is" if len(confirmed) == 1 else "are"
    others = f"; {few} of {len(rows)} segments have too few answers" if few else ""
    return f"{listed(confirmed)} {verb} confirmed by the people in it{others}"


def _chart(name: str, rows: Rows, run: Run) -> Any:
    chart = charts.data(name)
    colour = alt.condition(
        "datum.verdict === 'Confirmed'", alt.value(charts.ACCENT), alt.value(charts.QUIET)
    )
    base = chart.encode(y=charts.labels("label", "position"))
    x = alt.X(
        "agreement:Q",
        title="Share of people who name the same segment",
        axis=charts.WITHOUT_TICKS,
        scale=alt.Scale(domain=[0, 1.6]),
    )
    return alt.layer(
        base.mark_bar(cornerRadiusEnd=2).encode(x=x, color=colour),
        base.mark_text(align="left", dx=5).encode(x=x, text="text:N"),
    ).properties(width="container", height=alt.Step(28))


SECTION = Section(
    "surveys",
    "Surveys",
    [
        Figure(
            name="verdicts",
            question="Do people say of themselves what their segment says of them?",
            sources={
                "survey_verdicts": ["agreement", "verdict", "reason"],
                "survey_frames": ["label"],
            },
            query="""
                select
                    frames.label as survey,
                    label(segments.label, verdicts.segment) as label,
                    row_number() over (
                        order by verdicts.survey_id, segments.sort_order, verdicts.segment
                    ) as position,
                    shown(verdicts.answers) as answers,
                    coalesce(round(verdicts.agreement, 4), 0) as agreement,
                    case verdict
                        when 'confirmed' then 'Confirmed'
                        when 'not_distinct' then 'Not distinct'
                        else 'Too few answers'
                    end as verdict,
                    verdicts.reason,
                    case verdict
                        when 'too_few' then 'Too few answers'
                        else format('{:.0f} %, {}', 100 * agreement, replace(verdict, '_', ' '))
                    end as text
                from survey_verdicts as verdicts
                left join survey_frames as frames using (survey_id, segment)
                left join segments
                    on verdicts.segmentation = segments.segmentation
                    and verdicts.segment = segments.segment
                order by position
            """,
            finding=_finding,
            columns={
                "survey": Column("Survey"),
                "label": Column("Segment"),
                "answers": Column("Answers", "count"),
                "verdict": Column("Verdict"),
                "reason": Column("Reason"),
            },
            chart=_chart,
            without="There is no survey with answers.",
        )
    ],
)
