-- Researcher: many product views over several sessions before a purchase. The journey that shows it
-- most counts.
with
    journeys as (select * from {{ ref("int_web_journeys") }} where purchased_at is not null),

    as_of as (select * from {{ ref("as_of") }}),

    journeys_with_membership as (
        select
            journeys.*,
            least(
                {{ fuzzy_at_least("journeys.product_views", var("researcher_views")) }},
                {{ fuzzy_at_least("journeys.product_view_sessions", var("researcher_sessions")) }}
            ) as membership
        from journeys
        cross join as_of
        where
            {{ dbt.datediff("journeys.purchased_at", "as_of.as_of_date", "day") }}
            < {{ var("archetype_window_days") }}
    ),

    ranked_journeys as (
        select
            *,
            row_number() over (
                partition by customer_id
                order by membership desc, purchased_at desc, journey_no desc
            ) as journey_rank
        from journeys_with_membership
        where membership > 0
    ),

    final as (
        select
            customer_id,
            cast(purchased_at as date) as purchase_date,
            product_views,
            product_view_sessions,
            membership
        from ranked_journeys
        where journey_rank = 1
    )

select *
from final
