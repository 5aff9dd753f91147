"""A counterfactual is what the models say after the change."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import Project

pytestmark = pytest.mark.end_to_end

# Models between an order and its segments; cut points stay.
REPLAYED = [
    *("int_customer_orders", "int_customer_lifecycle", "customer_features", "int_rfm_measures"),
    *("int_rfm_scores", "seg_rfm", "seg_lifecycle"),
]


def replayed(
    project: Project, root: Path, orders: Mapping[str, int], days_later: int = 0
) -> dict[tuple[str, str], str]:
    """(customer, segmentation) -> segment, after so many orders of each customer on that day."""
    copy = project.copy(root)
    with duckdb.connect(str(copy.warehouse)) as connection:
        connection.execute(
            f"update segments_staging.as_of set as_of_date = as_of_date + {days_later}"
        )
        connection.execute("create temp table needed (customer_id varchar, number int)")
        connection.executemany("insert into needed values (?, ?)", list(orders.items()))
        connection.execute(
            """
            insert into segments_intermediate.int_orders by name
            select
                'replayed ' || customer_id || number_of_order as order_id, customer_id,
                as_of.as_of_date as order_date, true as is_purchase, false as is_test,
                coalesce(average_order_value, 10) as net_amount
            from needed
            cross join range(number) as numbers(number_of_order)
            cross join segments_staging.as_of
            join segments_intermediate.customer_features using (customer_id)
            """
        )
    copy.done("--no-write-json", "run", "--select", *REPLAYED)
    return {
        row[:2]: row[2]
        for model in ("seg_rfm", "seg_lifecycle")
        for row in copy.warehouse_rows(
            f"select customer_id, segmentation, segment from segments_segmentation.{model}"
        )
    }


def changes(project: Project, segmentation: str) -> dict[str, Any]:
    rows = project.rows(
        "select customer_id, segment, orders_needed, within_days from counterfactuals"
        f" where segmentation = '{segmentation}'"
    )
    found = {customer: tuple(rest) for customer, *rest in rows}
    assert len(found) == len(rows) > 300
    return found


def test_the_orders_lead_into_the_segment(built: Project, tmp_path: Path) -> None:
    lifecycle = {who: change for who, change in changes(built, "lifecycle").items() if change[1]}
    rfm = changes(built, "rfm")
    orders = dict.fromkeys(lifecycle, 1) | {who: needed for who, (_, needed, _) in rfm.items()}
    found = replayed(built, tmp_path / "project", orders)
    assert {who: found[who, "rfm"] for who in rfm} == {who: rfm[who][0] for who in rfm}
    assert {who: found[who, "lifecycle"] for who in lifecycle} == {
        who: lifecycle[who][0] for who in lifecycle
    }


def test_fewer_orders_do_not_improve_the_segment(built: Project, tmp_path: Path) -> None:
    ranks = dict(built.rows("select segment, sort_order from segments where segmentation = 'rfm'"))
    segments = "select customer_id, segment from fct_customer_segments where segmentation = 'rfm'"
    today = dict(built.rows(segments))
    # Nobody knows the segment of customers who object.
    buyers = {who for who, name in today.items() if name not in ("prospect", "not_profiled")}
    rfm = changes(built, "rfm")
    # Three orders improve nothing for the others.
    fewer = {who: rfm[who][1] - 1 if who in rfm else 3 for who in buyers}
    assert {0, 1, 3} <= set(fewer.values())
    found = replayed(built, tmp_path / "project", fewer)
    assert {who for who in buyers if ranks[found[who, "rfm"]] < ranks[today[who]]} == set()


def test_the_days_are_those_of_the_models(built: Project, tmp_path: Path) -> None:
    days = 30
    rfm = {
        who: change
        for who, change in changes(built, "rfm").items()
        if change[2] is None or change[2] >= days
    }
    waiting = {who: change for who, change in changes(built, "lifecycle").items() if not change[1]}
    assert len(rfm) > 300
    later = {who: needed for who, (_, needed, _) in rfm.items() if who not in waiting}
    found = replayed(built, tmp_path / "project", later, days)
    assert {who: found[who, "rfm"] for who in later} == {who: rfm[who][0] for who in later}
    lapsing = {who for who in waiting if found[who, "lifecycle"] == "lapsing"}
    assert lapsing == {who for who, (_, _, within) in waiting.items() if within <= days}
    assert 0 < len(lapsing) < len(waiting)
