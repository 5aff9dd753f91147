"""The cut points of the RFM models give the scores of the definition.

The definition uses ranks of all buyers. The models avoid them, because they do not scale.
"""

from pathlib import Path

import duckdb
import jinja2
from hypothesis import given, settings
from hypothesis import strategies as st

MODELS = Path(__file__).parents[2] / "models" / "intermediate" / "rfm"
MACROS = [
    MODELS.parents[2] / "macros" / name
    for name in ("intermediate/with_rfm_scores.sql", "sql/in_reporting_currency.sql")
]

# R and M: 1 + least(4, floor(5 * middle rank)). The middle rank is the mean of the ranks, from 0 to
# 1, of the places that equal values share. F: 1 is exactly one order; repeat buyers have 2 to 5 by
# quartile. The mean is a fraction of whole numbers, so that no rounding decides.
DEFINITION = """
    with
        places as (
            select
                *, row_number() over (order by recency_days desc) - 1 as recency_place,
                row_number() over (order by net_amount) - 1 as money_place,
                greatest(count(*) over () - 1, 1) as last_place
            from int_rfm_measures
        ),
        middles as (
            select
                *, sum(recency_place) over (partition by recency_days) as recency_places,
                sum(money_place) over (partition by net_amount) as money_places,
                count(*) over (partition by recency_days) * last_place as recency_last,
                count(*) over (partition by net_amount) * last_place as money_last
            from places
        )
    select
        customer_id, 1 + least(4, 5 * recency_places // recency_last),
        case
            when orders = 1 then 1
            else 2 + least(3, floor(4 * percent_rank() over repeat_buyers))
        end,
        1 + least(4, 5 * money_places // money_last)
    from middles
    window repeat_buyers as (partition by orders > 1 order by orders)
"""

# Few different values, so that most buyers have ties.
BUYERS = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.one_of(st.just(1), st.integers(1, 9)),
        st.one_of(st.integers(1, 4), st.integers(1, 10**6)),
    ),
    min_size=1,
    max_size=60,
)


def sql_of(model: str) -> str:
    """The SQL of a model, with plain names for refs and sources."""
    template = "".join(path.read_text() for path in [*MACROS, MODELS / f"{model}.sql"])
    variables = {
        "rfm_score_method": "quantile",
        "rfm_cut_version": "v1",
        "rfm_fixed_currency": "EUR",
    }
    return jinja2.Template(template).render(
        ref=lambda name: name, source=lambda _, name: name, var=variables.get
    )


MEASURES = """
    create or replace table int_rfm_measures as
    select
        'customers' as population, customer_id, recency_days, orders, orders as frequency,
        cast(cents / 100 as decimal(18, 2)) as net_amount
    from (values {rows}) as buyers (customer_id, recency_days, orders, cents)
"""
SCORES = f"""
    with
        as_of as (select date '2024-06-30' as as_of_date),
        int_rfm_fitness as (select 'customers' as population, 9 as buyers, true as is_fit),
        int_current_exchange_rates as (select 'EUR' as currency, 1 as rate),
        rfm_fixed_cut_points as (
            select 'customers' as population, 'recency' as measure, 2 as score, 30 as threshold
        ),
        frozen_cut_points as (
            select '' as cut_version, date '2024-01-01' as frozen_on, * from rfm_fixed_cut_points
            where false
        ),
        int_rfm_cut_points as ({sql_of("int_rfm_cut_points")}),
        int_rfm_scores as ({sql_of("int_rfm_scores")})
    select customer_id, r_score, f_score, m_score from int_rfm_scores
"""

CONNECTION = duckdb.connect(config={"threads": 1})


@settings(max_examples=200, deadline=None)
@given(BUYERS)
def test_cut_points_give_the_defined_scores(buyers: list[tuple[int, int, int]]) -> None:
    rows = ", ".join(str((number, *buyer)) for number, buyer in enumerate(buyers))
    CONNECTION.execute(MEASURES.format(rows=rows))
    scores = CONNECTION.execute(SCORES).fetchall()
    assert len(scores) == len(buyers)
    assert sorted(scores) == sorted(CONNECTION.execute(DEFINITION).fetchall())


def test_the_definition_agrees_with_five_buyers_by_hand() -> None:
    CONNECTION.execute(
        MEASURES.format(
            rows="(1, 9, 1, 100), (2, 8, 1, 100), (3, 8, 2, 300), (4, 7, 3, 400), (5, 0, 3, 500)"
        )
    )
    # Days: places 0, 1 and 2 shared, 3, 4 of 4. Money: 0 and 1 shared, 2, 3, 4 of 4.
    assert sorted(CONNECTION.execute(DEFINITION).fetchall()) == [
        (1, 1, 1, 1),
        (2, 2, 1, 1),
        (3, 2, 2, 3),
        (4, 4, 4, 4),
        (5, 5, 4, 5),
    ]


def test_a_day_with_a_quarter_of_the_buyers_has_the_best_score() -> None:
    buyers = [(number, 30 - number, 1, 100) for number in range(15)]
    last_day = [(number, 0, 1, 100) for number in range(15, 20)]
    CONNECTION.execute(MEASURES.format(rows=", ".join(map(str, buyers + last_day))))
    recency = {row[0]: row[1] for row in CONNECTION.execute(SCORES).fetchall()}
    assert {recency[number] for number, *_ in last_day} == {5}
    # Equal amounts are in the middle.
    assert {row[3] for row in CONNECTION.execute(SCORES).fetchall()} == {3}
