-- An audience that nobody is in has a row that says so.
with
    audiences as (select * from {{ ref("audiences") }}),

    candidates as (select * from {{ ref("int_audience_candidates") }}),

    outcomes as (
        select audience, outcome, 1 as customers
        from candidates
        union all
        select audience, 'contacted', 0
        from audiences
    ),

    final as (
        select
            cast(audience as string) as audience,
            cast(outcome as string) as outcome,
            cast(sum(customers) as bigint) as customers
        from outcomes
        group by audience, outcome
    )

select *
from final
