"""The cut points of the RFM models give the scores of the definition.

The definition uses ``percent_rank``. The models avoid it, because it does not scale.
"""

from pathlib import Path

import duckdb
import jinja2
from hypothesis import given, settings
from hypothesis import strategies as st

MODELS = Path(__file__).parents[2] / "models" / "intermediate" / "rfm"
SCORES_MACRO = MODELS.parents[2] / "macros" / "intermediate" / "with_rfm_scores.sql"

# R and M: 1 + least(4, floor(5 * percent_rank)). F: 1 is exactly one order; repeat buyers have 2 to
# 5 by quartile.
DEFINITION = """
    select
        customer_id, 1 + least(4, floor(5 * percent_rank() over (order by recency_days desc))),
        case
            when orders = 1 then 1
            else 2 + least(3, floor(4 * percent_rank() over repeat_buyers))
        end,
        1 + least(4, floor(5 * percent_rank() over (order by net_amount)))
    from int_rfm_measures
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
    template = SCORES_MACRO.read_text() + (MODELS / f"{model}.sql").read_text()
    variables = {"rfm_score_method": "quantile", "rfm_cut_version": "v1"}
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
        int_rfm_fitness as (select 'customers' as population, true as is_fit),
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
    assert sorted(CONNECTION.execute(DEFINITION).fetchall()) == [
        (1, 1, 1, 1),
        (2, 2, 1, 1),
        (3, 2, 2, 3),
        (4, 4, 4, 4),
        (5, 5, 4, 5),
    ]
