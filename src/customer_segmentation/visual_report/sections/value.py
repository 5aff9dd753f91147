"""Value: how unequal it is, in which tiers, and how well the forecast was."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, share
from customer_segmentation.visual_report.sections.profiles import PROFILE_SOURCES
from customer_segmentation.visual_report.tables import Rows


def _pareto_finding(rows: Rows, run: Run) -> str:
    # The first point with at least half of the money.
    half = next(row for row in rows if row["amount_share"] >= 0.5)
    return (
        f"{share(half['amount_share'])} of the net value comes from "
        f"{share(half['customer_share'])} of the customers"
    )


def _pareto_chart(name: str, rows: Rows, run: Run) -> Any:
    percent, whole = alt.Axis(format="%", tickCount=5), alt.Scale(domain=[0, 1])
    base = charts.data(name).encode(
        x=alt.X(
            "customer_share:Q",
            title="Share of customers, best groups first",
            axis=percent,
            scale=whole,
        ),
        y=alt.Y("amount_share:Q", title="Share of net value", axis=percent, scale=whole),
    )
    first = base.transform_filter("datum.position === 1")
    origin, end = alt.datum(0), alt.datum(1)
    return alt.layer(
        # If all customers brought the same.
        first.mark_rule(color=charts.QUIET, strokeDash=[4, 4]).encode(
            x=origin, y=origin, x2=end, y2=end
        ),
        first.mark_rule(color=charts.ACCENT, strokeWidth=2.5).encode(x2=origin, y2=origin),
        base.mark_line(color=charts.ACCENT, strokeWidth=2.5).encode(order="position:Q"),
        base.mark_point(color=charts.ACCENT, filled=True, size=50).encode(
            tooltip=["label:N", "customer_share:Q", "amount_share:Q"]
        ),
        base.transform_filter("datum.adds >= 0.04")
        .mark_text(align="left", dx=8, dy=8)
        .encode(text="label:N"),
    ).properties(width="container", height=300)


def _tiers_finding(rows: Rows, run: Run) -> str:
    first = rows[0]
    if first["net_amount_share"] is None or first["customer_share"] is None:
        return f"“{first['label']}” is the first tier; its net value is hidden"
    return (
        f"Tier “{first['label']}” has {share(first['customer_share'])} of the customers and "
        f"{share(first['net_amount_share'])} of the net value"
    )


def _tiers_chart(name: str, rows: Rows, run: Run) -> Any:
    base = (
        charts.data(name)
        .transform_calculate(a_customers="datum.customer_share", b_money="datum.net_amount_share")
        .transform_fold(["a_customers", "b_money"], as_=["measure", "part"])
        .transform_filter("isValid(datum.part)")
        .transform_calculate(
            measure="datum.measure == 'b_money' ? 'Net value' : 'Customers'",
            text="format(datum.part, '.0%')",
            room="datum.part * 1.2",
        )
        .encode(y=charts.labels("label", "position"), yOffset=alt.YOffset("measure:N", sort=None))
    )
    x = alt.X("part:Q", title="Share of all", axis=alt.Axis(format="%", tickCount=5))
    colour = alt.Color(
        "measure:N", title=None, scale=alt.Scale(range=[charts.QUIET, charts.ACCENT])
    )
    return alt.layer(
        base.mark_tick(opacity=0).encode(x="room:Q"),
        base.encode(x=x).mark_bar(cornerRadiusEnd=2).encode(color=colour),
        base.encode(x=x).mark_text(align="left", dx=5).encode(text="text:N"),
    ).properties(width="container", height=alt.Step(22))


def _tiers(segmentation: str, question: str) -> Figure:
    return Figure(
        name=segmentation,
        question=question,
        sources=PROFILE_SOURCES | {"agg_segment_profiles": ["customer_share", "net_amount_share"]},
        query="select label, position, customers, customer_share, net_amount, net_amount_share "
        f"from profiles where segmentation = '{segmentation}' and is_known "
        "and segment not in ('prospect', 'not_estimable') and customers > 0 order by position",
        finding=_tiers_finding,
        columns={
            "label": Column("Tier"),
            "customers": Column("Customers", "count"),
            "customer_share": Column("Share of customers", "share"),
            "net_amount": Column("Net value", "money"),
            "net_amount_share": Column("Share of net value", "share"),
        },
        chart=_tiers_chart,
        needs=[segmentation],
    )


def _back_test_finding(rows: Rows, run: Run) -> str:
    best = rows[0]
    return (
        f"The tenth of buyers with the highest forecast made {share(best['captured'])} of the "
        f"purchases of the next {best['later_days']} days; the forecast of all purchases was "
        f"{abs(100 * best['aggregate_error']):.1f} % off"
    )


def _back_test_chart(name: str, rows: Rows, run: Run) -> Any:
    base = charts.data(name).encode(
        x=alt.X(
            "decile:O",
            title="Tenths of buyers by forecast, highest first",
            axis=alt.Axis(labelAngle=0),
        ),
        y=alt.Y("lift:Q", title="Purchases, 1 = average"),
    )
    average = alt.Chart(alt.NamedData(name)).transform_calculate(average="1")
    return alt.layer(
        base.mark_bar(color=charts.ACCENT, cornerRadiusEnd=2),
        base.mark_text(dy=-8).encode(text=alt.Text("lift:Q", format=".1f")),
        average.mark_rule(color=charts.INK, strokeDash=[4, 4]).encode(y="average:Q"),
    ).properties(width="container", height=240)


_DECILES: Sequence[str] = [f"decile_{number}_lift" for number in range(1, 11)]

SECTION = Section(
    "value",
    "Value",
    [
        Figure(
            name="pareto",
            question="How many customers bring how much of the net value?",
            sources={"agg_segment_profiles": ["customers", "net_amount"], "segments": ["label"]},
            # By groups, because a curve over persons would show the amounts of few people.
            query="""
                with
                    groups as (
                        select label, pooled_customers, net_amount
                        from profiles
                        where
                            segmentation = 'rfm'
                            and pooled_customers > 0
                            and net_amount is not null
                    )

                select
                    label,
                    row_number() over best as position,
                    pooled_customers as customers,
                    net_amount,
                    round(net_amount / sum(net_amount) over (), 4) as adds,
                    round(sum(pooled_customers) over best / sum(pooled_customers) over (), 4)
                        as customer_share,
                    round(sum(net_amount) over best / sum(net_amount) over (), 4) as amount_share
                from groups
                where (select sum(net_amount) from groups) > 0
                window best as (order by net_amount / pooled_customers desc, label)
                order by position
            """,
            finding=_pareto_finding,
            columns={
                "label": Column("RFM group"),
                "customers": Column("Customers", "count"),
                "net_amount": Column("Net value", "money"),
                "customer_share": Column("Share of customers so far", "share"),
                "amount_share": Column("Share of net value so far", "share"),
            },
            chart=_pareto_chart,
            needs=["rfm"],
            is_wide=True,
        ),
        _tiers("historic_value", "How is the value so far spread over tiers?"),
        _tiers("expected_value", "Who is expected to buy for much within a year?"),
        Figure(
            name="back_test",
            question="How good is the forecast, tested on a time that it had not seen?",
            sources={"value_back_test": ["later_days", "aggregate_error", "decile_1_lift"]},
            query=f"""
                with chosen as (from value_back_test where outcome = 'chosen')

                select
                    cast(regexp_extract(name, '[0-9]+') as int) as decile,
                    round(lift, 2) as lift,
                    round(top_decile_capture, 4) as captured,
                    round(aggregate_error, 4) as aggregate_error,
                    later_days
                from (unpivot chosen on {", ".join(_DECILES)} into name name value lift)
                order by decile
            """,
            finding=_back_test_finding,
            columns={
                "decile": Column("Tenth", "number"),
                "lift": Column("Purchases, 1 = average", "number"),
            },
            chart=_back_test_chart,
            without="No forecast is published: too few purchases, or none passed its test.",
        ),
    ],
)
