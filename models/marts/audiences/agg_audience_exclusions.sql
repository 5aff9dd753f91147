-- Outcomes of the candidates of each audience. An audience without contacts has a row that says so.
with
    candidates as (select * from {{ ref("contact_candidates") }} where list_kind = 'audience'),

    outcomes as (
        select
            candidates.list_name as audience,
            coalesce(
                candidates.why_not,
                case
                    when members.customer_id is null
                    then 'higher_priority'
                    when members.is_holdout
                    then 'holdout'
                    else 'contacted'
                end
            ) as outcome,
            1 as customers
        from candidates
        left join
            {{ ref("audience_members") }} as members
            on candidates.list_name = members.audience
            and candidates.customer_id = members.customer_id
        union all
        select audience, 'contacted', 0
        from {{ ref("audiences") }}
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
