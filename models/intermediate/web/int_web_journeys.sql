with
    sessions as (select * from {{ ref("int_web_session_outcomes") }}),

    -- What was seen too long before the purchase did not lead to it.
    sessions_of_journey as (
        select *
        from sessions
        where
            next_purchased_at is null
            or seconds_to_purchase <= {{ (var("journey_max_days") * 86400) | int }}
    ),

    final as (
        select
            customer_id,
            journey_no,
            min(started_at) as started_at,
            max(next_purchased_at) as purchased_at,
            max(seconds_to_purchase) as seconds_to_purchase,
            count(*) as sessions,
            count(*) filter (where product_views > 0) as product_view_sessions,
            cast(sum(product_views) as bigint) as product_views
        from sessions_of_journey
        group by customer_id, journey_no
    )

select *
from final
