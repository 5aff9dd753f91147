"""Clusters: the groups that machine learning found, and what sets them apart."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section
from customer_segmentation.visual_report.sections.profiles import profile
from customer_segmentation.visual_report.tables import Rows


def _differences_finding(rows: Rows, run: Run) -> str:
    most = max(rows, key=lambda row: abs(row["difference"]))
    side = "above" if most["difference"] > 0 else "below"
    return (
        f"“{most['label']}” differs most in {most['feature'].lower()}: "
        f"{abs(most['difference']):.1f} standard deviations {side} the others"
    )


def _differences_chart(name: str, rows: Rows, run: Run) -> Any:
    chart = charts.data(name).transform_calculate(size="abs(datum.difference)")
    x = alt.X("label:N", title=None, axis=alt.Axis(orient="top", labelAngle=0, labelLimit=120))
    colour = alt.condition("datum.difference > 0", alt.value(charts.RISE), alt.value(charts.FALL))
    return charts.heatmap(
        chart, x, charts.labels("feature", "position"), "size", "text", colour=colour, step=28
    )


SECTION = Section(
    "clusters",
    "Clusters",
    [
        profile("cluster", "How large are the groups that machine learning found?", "buyers"),
        Figure(
            name="cluster_differences",
            question="What sets each group apart from the others?",
            sources={"cluster_features": ["feature", "segment", "standardised_difference"]},
            query="""
                select
                    label(segments.label, features.segment) as label,
                    plain(feature) as feature,
                    min(feature_rank) over (partition by feature) as position,
                    round(standardised_difference, 2) as difference,
                    if(
                        abs(standardised_difference) < 0.05,
                        '0',
                        format('{:+.1f}', standardised_difference)
                    ) as text
                from cluster_features as features
                left join segments
                    on segments.segmentation = 'cluster' and features.segment = segments.segment
                order by position, feature, cluster_number
            """,
            finding=_differences_finding,
            columns={
                "feature": Column("Feature"),
                "label": Column("Cluster"),
                "difference": Column("Difference in standard deviations", "number"),
            },
            chart=_differences_chart,
            needs=["cluster"],
        ),
    ],
)
