-- Products that were viewed or put in the cart in a session, with their rank.
with
    events as (select * from {{ ref("int_web_events") }}),

    product_visits as ({{ product_visits("events") }}),

    final as (
        select
            session_key,
            product_id,
            category,
            product_views,
            adds,
            first_viewed_at,
            first_added_at,
            {{ view_to_add_seconds() }} as view_to_add_seconds,
            row_number() over (
                partition by session_key order by product_views desc, adds desc, product_id asc
            ) as product_rank
        from product_visits
    )

select *
from final
