"""Windows over all rows are found in plans of Spark, with what reaches them."""

import pytest
from window_plans import inputs_of_whole_windows

PLAN = """
== Physical Plan ==
AdaptiveSparkPlan isFinalPlan=false
+- Project [category#1, total#2L]
   +- Window [sum(orders#3L) windowspecdefinition(specifiedwindowframe(RowFrame)) AS total#2L]
      +- {first}
"""
COLLECTED = """Exchange SinglePartition, ENSURE_REQUIREMENTS, [plan_id=20]
         +- BroadcastHashJoin [category#1], [category#9], Inner, BuildRight, false
            :- *(2) HashAggregate(keys=[category#1, region#4], functions=[sum(orders#5)])
            :  +- Exchange hashpartitioning(category#1, region#4, 2), ENSURE_REQUIREMENTS
            :     +- FileScan parquet spark_catalog.shop.orders[category#1] Batched: true
            +- BroadcastExchange HashedRelationBroadcastMode(List(input[0, string, true]))
               +- FileScan parquet spark_catalog.shop.categories[category#9] Batched: true
"""


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (COLLECTED, [{"grouped by category, region", "table categories"}]),
        # Windows with one order share the exchange.
        (
            "Window [max(a#6) AS b#7]\n"
            "         +- Sort [a#6 ASC NULLS FIRST], false, 0\n"
            "            +- Exchange SinglePartition, ENSURE_REQUIREMENTS, [plan_id=20]\n"
            "               +- *(1) Scan hive shop.orders [a#6], HiveTableRelation",
            [{"table orders"}] * 2,
        ),
        # Below another window, which has groups.
        (
            "Exchange SinglePartition, ENSURE_REQUIREMENTS, [plan_id=20]\n"
            "         +- Window [max(a#6) AS b#7], [c#8]\n"
            "            +- Exchange hashpartitioning(c#8, 2), ENSURE_REQUIREMENTS, [plan_id=19]\n"
            "               +- HashAggregate(keys=[], functions=[max(a#6)])",
            [{"a total"}],
        ),
        (
            "Exchange SinglePartition, ENSURE_REQUIREMENTS, [plan_id=20]\n"
            "         +- Union\n"
            "            :- HashAggregate(keys=[0#9], functions=[count(1)])\n"
            "            +- HashAggregate(keys=[_groupingexpression#7], functions=[count(1)])",
            [{"grouped by a constant", "grouped by an expression"}],
        ),
        ("Exchange hashpartitioning(c#8, 2), ENSURE_REQUIREMENTS, [plan_id=19]\n", []),
    ],
)
def test_the_input_of_a_window_over_all_rows_is_told(first: str, expected: list[set[str]]) -> None:
    assert inputs_of_whole_windows(PLAN.format(first=first)) == expected


def test_a_reused_exchange_is_followed() -> None:
    plan = """
Union
:- Exchange hashpartitioning(a#1, 2), ENSURE_REQUIREMENTS, [plan_id=5]
:  +- HashAggregate(keys=[a#1], functions=[])
+- Window [max(a#2) AS b#3]
   +- Exchange SinglePartition, ENSURE_REQUIREMENTS, [plan_id=6]
      +- ReusedExchange [a#2], Exchange hashpartitioning(a#1, 2), ENSURE_REQUIREMENTS, [plan_id=5]
"""
    assert inputs_of_whole_windows(plan) == [{"grouped by a"}]
