with
    events as (select * from {{ ref("int_web_events") }}),

    final as (
        select
            session_key,
            product_id,
            max(category) as category,
            count(*) filter (where event_type = 'product_view') as product_views,
            count(*) filter (where event_type = 'add_to_cart') as adds,
            min(case when event_type = 'product_view' then occurred_at end) as first_viewed_at,
            min(case when event_type = 'add_to_cart' then occurred_at end) as first_added_at
        from events
        where product_id is not null and event_type in ('product_view', 'add_to_cart')
        group by session_key, product_id
    )

select *
from final
