"""Data quality: gates, quarantine, drift, and what the landing cannot answer."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, count, listed
from customer_segmentation.visual_report.tables import Rows


def _gates_finding(rows: Rows, run: Run) -> str:
    checks = sum(row["checks"] for row in rows)
    passed = sum(row["good"] for row in rows)
    if passed == checks:
        return f"All {checks} checks passed"
    return f"{passed} of {checks} checks passed; {count(checks - passed, 'warns', 'warn')}"


def _gates_chart(name: str, rows: Rows, run: Run) -> Any:
    colour = alt.condition(
        "datum.good < datum.checks", alt.value(charts.FALL), alt.value(charts.ACCENT)
    )
    return charts.bars(charts.data(name), "checks", "Checks passed", label="gate", colour=colour)


def _quarantine_finding(rows: Rows, run: Run) -> str:
    first, total = max(rows, key=lambda row: row["rows"]), sum(row["rows"] for row in rows)
    return (
        f"{count(total, 'row is', 'rows are')} in quarantine; the most frequent reason is "
        f"“{first['reason']}” in {first['landed_table']} ({first['rows']:,})"
    )


def _quarantine_chart(name: str, rows: Rows, run: Run) -> Any:
    colour = alt.value(charts.FALL)
    return charts.bars(
        charts.data(name)
        .transform_aggregate(rows="sum(rows)", position="min(position)", groupby=["landed_table"])
        .transform_calculate(text="format(datum.rows, ',')"),
        "rows",
        "Rows in quarantine",
        label="landed_table",
        colour=colour,
    )


def _drift_finding(rows: Rows, run: Run) -> str:
    moved = [row["item"] for row in rows if row["verdict"] != "stable"]
    if not moved:
        return f"Nothing drifted since {rows[0]['compared_with']}"
    return f"Drifted since {rows[0]['compared_with']}: {listed(moved[:5])}"


def _drift_chart(name: str, rows: Rows, run: Run) -> Any:
    chart = charts.data(name).transform_filter("datum.position <= 12")
    return charts.bars(
        chart,
        "psi",
        "PSI: above 0.1 is drift",
        label="item",
        colour=alt.condition(
            "datum.verdict === 'stable'", alt.value(charts.QUIET), alt.value(charts.FALL)
        ),
    )


def _missing_finding(rows: Rows, run: Run) -> str:
    segmentations = sum(row["segmentations"] for row in rows)
    return f"{count(segmentations, 'segmentation is', 'segmentations are')} not available"


SECTION = Section(
    "quality",
    "Data quality",
    [
        Figure(
            name="gates",
            question="Which checks passed, and which warn?",
            sources={"gate_results": ["gate", "severity", "passed", "message"]},
            query="""
                select
                    plain(replace(gate, 'gate_', '')) as gate,
                    row_number() over (order by gate) as position,
                    count(*) as checks,
                    count(*) filter (passed) as good,
                    coalesce(string_agg(message, ' ' order by message) filter (not passed), '')
                        as messages,
                    format('{} of {}', good, checks) as text
                from gate_results
                group by gate_results.gate
                order by position
            """,
            finding=_gates_finding,
            columns={
                "gate": Column("Gate"),
                "checks": Column("Checks", "rows"),
                "good": Column("Passed", "rows"),
                "messages": Column("What was found"),
            },
            chart=_gates_chart,
            without="No gate has results.",
        ),
        Figure(
            name="quarantine",
            question="Which landed rows are left out, and why?",
            sources={"run_report": ["item", "detail", "item_count"]},
            query="""
                with
                    reasons as (
                        select
                            plain(item) as landed_table,
                            regexp_replace(detail, ', such as .*', '') as reason,
                            item_count as rows,
                            sum(item_count) over (partition by item) as rows_of_table
                        from run_report
                        where section = 'quarantine'
                    )

                select
                    landed_table,
                    reason,
                    rows,
                    row_number() over (
                        order by rows_of_table desc, landed_table, rows desc, reason
                    ) as position
                from reasons
                order by position
            """,
            finding=_quarantine_finding,
            columns={
                "landed_table": Column("Table"),
                "reason": Column("Reason"),
                "rows": Column("Rows", "rows"),
            },
            chart=_quarantine_chart,
            without="No row is in quarantine.",
        ),
        Figure(
            name="drift",
            question="Did customers change more than chance explains?",
            sources={"agg_drift": ["item", "psi", "verdict"]},
            query="""
                select
                    coalesce(segmentations.label, plain(item)) as item,
                    row_number() over (order by psi desc, item) as position,
                    compared_with,
                    round(psi, 4) as psi,
                    verdict,
                    format('{:.3f}', psi) as text
                from agg_drift
                left join segmentations
                    on item_kind = 'segmentation' and item = segmentations.segmentation
                where psi is not null
                order by position
            """,
            finding=_drift_finding,
            columns={
                "item": Column("Feature or segmentation"),
                "psi": Column("Population stability index", "number"),
                "verdict": Column("Verdict"),
            },
            chart=_drift_chart,
            without="Drift appears from the second run on.",
        ),
        Figure(
            name="missing",
            question="What can this landing not answer, and what would it need?",
            sources={"segmentations": ["label", "is_available", "unavailable_reason"]},
            query="""
                select
                    unavailable_reason as reason,
                    count(*) as segmentations,
                    string_agg(label, ', ' order by label) as labels
                from segmentations
                where not is_available
                group by all
                order by segmentations desc, reason
            """,
            finding=_missing_finding,
            columns={"labels": Column("Segmentations"), "reason": Column("Reason")},
            without="Every segmentation of the catalogue is available.",
        ),
    ],
)
