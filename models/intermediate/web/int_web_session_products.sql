-- Which products a session was about.
with
    product_visits as (select * from {{ ref("int_web_product_visits") }}),

    product_visits_with_seconds as (
        select
            *,
            {{ view_to_add_seconds() }} as view_to_add_seconds,
            row_number() over (
                partition by session_key order by product_views desc, adds desc, product_id asc
            ) as product_rank
        from product_visits
    ),

    final as (
        select
            session_key,
            count(*) filter (where product_views > 0) as products_viewed,
            count(*) filter (where adds > 0) as products_added,
            median(view_to_add_seconds) as median_view_to_add_seconds,
            max(case when product_rank = 1 then product_id end) as main_product_id,
            max(case when product_rank = 1 then category end) as main_category
        from product_visits_with_seconds
        group by session_key
    )

select *
from final
