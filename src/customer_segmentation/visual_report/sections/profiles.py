"""The figure of one segmentation: how many customers are in each segment."""

from typing import Any

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, share
from customer_segmentation.visual_report.tables import Rows

PROFILE_SOURCES = {
    "agg_segment_profiles": ["customers", "customer_share", "net_amount", "average_order_value"],
    "segments": ["label"],
}
PROFILE_COLUMNS = {
    "label": Column("Segment"),
    "customers": Column("Customers", "count"),
    "customer_share": Column("Share of all", "share"),
    "net_amount": Column("Net value", "money"),
    "average_order_value": Column("Order value", "mean"),
}


def profile(segmentation: str, question: str, known: str, *, without: str = "") -> Figure:
    """The figure of a segmentation.

    Args:
        segmentation: the segmentation of the catalogue; also the name of the figure.
        question: the question that it answers.
        known: the customers in known segments, for the sentence: "customers of known age".
        without: a segment that is left out.
    """

    def finding(rows: Rows, run: Run) -> str:
        named = [row for row in rows if row["is_known"] and row["customers"]]
        if not named:
            return f"Each group has fewer than {run.few} customers"
        largest = max(named, key=lambda row: row["customers"])
        people = sum(row["customers"] for row in named)
        unknown = sum(row["customers"] or 0 for row in rows if row["segment"] == "unknown")
        return (
            f"The largest group is “{largest['label']}”: {largest['customers']:,} of "
            f"{people:,} {known} ({share(largest['customers'] / people)})"
            + (f"; {unknown:,} others are not known" if unknown else "")
        )

    return Figure(
        name=segmentation,
        question=question,
        sources=PROFILE_SOURCES,
        query="select segmentation, segment, label, position, is_known, customers, customer_share, "
        "net_amount, average_order_value, format('{:,}', customers) as text from profiles "
        f"where segmentation = '{segmentation}' and segment not in ('hidden', '{without}') "
        "and coalesce(customers, -1) <> 0 order by position",
        finding=finding,
        columns=PROFILE_COLUMNS,
        chart=_chart,
        needs=[segmentation],
    )


def _chart(name: str, rows: Rows, run: Run) -> Any:
    if not any(row["customers"] and row["is_known"] for row in rows):
        return None
    chart = charts.data(name).transform_filter("datum.customers !== null && datum.is_known")
    return charts.bars(chart, "customers", "Customers")
