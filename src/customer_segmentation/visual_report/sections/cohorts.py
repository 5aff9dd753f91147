"""Cohorts: whether customers buy again, by their first purchase."""

from typing import Any

import altair as alt

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.figures import Column, Figure, Run, Section, share
from customer_segmentation.visual_report.tables import Rows

# Younger cohorts have a shorter line: an age counts when it is over for enough customers.
_WITHOUT = (
    "No cohort has a complete month with enough customers, so that nothing is said of repeat "
    "purchases."
)
_PERCENT = alt.Axis(format="%", tickCount=5)
_RATES = """
    shown(customers) as customers,
    cast(repeat_rate as double) as repeat_rate,
    cast(cumulative_repeat_rate as double) as cumulative_repeat_rate
"""
_SOURCES = ["cohort", "age_months", "is_complete", "repeat_rate", "cumulative_repeat_rate"]


def _months(number: int) -> str:
    if number == 0:
        return "in the month of the first purchase"
    return f"within {number} {'month' if number == 1 else 'months'}"


def _curve_finding(rows: Rows, run: Run) -> str:
    last = rows[-1]
    year = next((row for row in rows if row["age_months"] == 12), last)
    early = next((row for row in rows if row["age_months"] == 3), rows[0])
    sentence = (
        f"{share(early['cumulative_repeat_rate'])} of the customers buy again "
        f"{_months(early['age_months'])}"
    )
    if year["age_months"] > early["age_months"]:
        sentence += f", and {share(year['cumulative_repeat_rate'])} {_months(year['age_months'])}"
    return sentence


def _curve_chart(name: str, rows: Rows, run: Run) -> Any:
    base = (
        charts.data(name)
        .transform_fold(["So far", "In the month"], as_=["measure", "part"])
        .encode(
            x=alt.X(
                "age_months:Q",
                title="Months since the month of the first purchase",
                axis=alt.Axis(tickMinStep=1, format="d"),
            ),
            y=alt.Y("part:Q", title="Share of customers", axis=_PERCENT),
            color=alt.Color(
                "measure:N",
                title=None,
                scale=alt.Scale(
                    domain=["So far", "In the month"], range=[charts.ACCENT, charts.QUIET]
                ),
            ),
        )
    )
    return alt.layer(
        base.mark_line(strokeWidth=2.5),
        base.mark_point(filled=True, size=45).encode(
            tooltip=["age_months:Q", "measure:N", alt.Tooltip("part:Q", format=".1%")]
        ),
    ).properties(width="container", height=280)


def _months_finding(rows: Rows, run: Run) -> str:
    ages = [row["age_months"] for row in rows]
    # The highest age that most cohorts have, so that they are compared at the same age.
    age = max(found for found in set(ages) if 2 * ages.count(found) >= ages.count(min(ages)))
    compared = [row for row in rows if row["age_months"] == age]
    if len(compared) == 1:
        [only] = compared
        return (
            f"{share(only['cumulative_repeat_rate'])} of the customers of {only['cohort']} buy "
            f"again {_months(age)}"
        )
    best = max(compared, key=lambda row: (row["cumulative_repeat_rate"], row["cohort"]))
    worst = min(compared, key=lambda row: (row["cumulative_repeat_rate"], row["cohort"]))
    return (
        f"{_months(age).capitalize()}, {share(best['cumulative_repeat_rate'])} of the customers of "
        f"{best['cohort']} buy again, and {share(worst['cumulative_repeat_rate'])} of those of "
        f"{worst['cohort']}"
    )


def _months_chart(name: str, rows: Rows, run: Run) -> Any:
    chart = charts.data(name).transform_calculate(
        text="format(datum.cumulative_repeat_rate * 100, '.0f')"
    )
    x = alt.X(
        "age_months:O",
        title="Months since the first purchase; numbers are percent",
        axis=alt.Axis(orient="top", labelAngle=0),
    )
    y = charts.labels("cohort", "position", "Month of the first purchase")
    return charts.heatmap(chart, x, y, "cumulative_repeat_rate", "text", step=22)


def _groups_finding(rows: Rows, run: Run) -> str:
    sentences = []
    for breakdown in dict.fromkeys(row["breakdown"] for row in rows):
        of_kind = [row for row in rows if row["breakdown"] == breakdown]
        best = max(of_kind, key=lambda row: (row["cumulative_repeat_rate"], row["cohort"]))
        sentences.append(f"{breakdown} “{best['cohort']}”: {share(best['cumulative_repeat_rate'])}")
    return (
        f"The most customers who buy again {_months(rows[0]['age_months'])} began with "
        f"{', and with '.join(sentences)}"
    )


def _groups_chart(name: str, rows: Rows, run: Run) -> Any:
    chart = charts.data(name).transform_calculate(
        text="format(datum.cumulative_repeat_rate, '.1%')"
    )
    return charts.bars(chart, "cumulative_repeat_rate", "Share of customers who bought again")


_HEADINGS = {
    "customers": Column("Customers", "count"),
    "repeat_rate": Column("Bought again in the month", "share"),
    "cumulative_repeat_rate": Column("Bought again so far", "share"),
    "net_amount": Column("Net value in the month", "money"),
}

SECTION = Section(
    "cohorts",
    "Cohort retention",
    [
        Figure(
            name="cohort_curve",
            question="How many customers buy again, and how soon?",
            sources={"agg_cohort_retention": [*_SOURCES, "customers", "net_amount"]},
            query=f"""
                select
                    age_months,
                    {_RATES},
                    cast(repeat_rate as double) as "In the month",
                    cast(cumulative_repeat_rate as double) as "So far",
                    cast(net_amount as double) as net_amount
                from agg_cohort_retention
                where breakdown = 'all' and is_complete and repeat_rate is not null
                order by age_months
            """,
            finding=_curve_finding,
            columns={"age_months": Column("Months since the first", "rows"), **_HEADINGS},
            chart=_curve_chart,
            without=_WITHOUT,
        ),
        Figure(
            name="cohort_groups",
            question="Which first purchase do customers come back from?",
            sources={"agg_cohort_retention": ["breakdown", *_SOURCES]},
            # The age, up to half a year, at which the most customers can be compared.
            query=f"""
                with
                    groups as (
                        select *
                        from agg_cohort_retention
                        where
                            breakdown in ('channel', 'category')
                            and cohort not in ('hidden', 'unknown')
                            and is_complete
                            and repeat_rate is not null
                            and age_months <= 6
                    ),

                    compared as (
                        select *
                        from groups
                        where age_months = (select max(age_months) from groups)
                    )

                select
                    breakdown,
                    plain(cohort) as cohort,
                    breakdown || ': ' || cohort as label,
                    row_number() over (
                        order by breakdown desc, cumulative_repeat_rate desc, cohort
                    ) as position,
                    age_months,
                    {_RATES}
                from compared
                order by position
            """,
            finding=_groups_finding,
            columns={
                "label": Column("First purchase"),
                "age_months": Column("Months since the first", "rows"),
                **{name: _HEADINGS[name] for name in ("customers", "cumulative_repeat_rate")},
            },
            chart=_groups_chart,
            without=_WITHOUT,
        ),
        Figure(
            name="cohort_months",
            question="Do customers of later months come back as those of earlier ones did?",
            sources={"agg_cohort_retention": [*_SOURCES, "customers", "net_amount"]},
            # Two years of cohorts and of ages fill the page.
            query=f"""
                select
                    cohort,
                    dense_rank() over (order by cohort desc) as position,
                    age_months,
                    {_RATES},
                    cast(net_amount as double) as net_amount
                from agg_cohort_retention
                where
                    breakdown = 'month'
                    and is_complete
                    and repeat_rate is not null
                    and age_months <= 23
                qualify position <= 24
                order by cohort, age_months
            """,
            finding=_months_finding,
            columns={
                "cohort": Column("Month of the first"),
                "age_months": Column("Months since the first", "rows"),
                **_HEADINGS,
            },
            chart=_months_chart,
            without=_WITHOUT,
            is_wide=True,
            min_width=640,
        ),
    ],
)
