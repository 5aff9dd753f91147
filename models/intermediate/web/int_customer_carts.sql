with
    carts as (select * from {{ ref("int_web_carts") }} where customer_id is not null),

    as_of as (select * from {{ ref("as_of") }}),

    ranked_carts as (
        select
            carts.*,
            carts.checkout_started_at is not null as has_checkout,
            {{ dbt.datediff("carts.last_changed_at", "as_of.as_of_date", "day") }}
            < {{ var("web_window_days") }} as is_in_window,
            row_number() over (
                partition by carts.customer_id
                order by carts.last_changed_at desc, carts.cart_id desc, carts.cart_no desc
            ) as last_rank
        from carts
        cross join as_of
    ),

    final as (
        select
            customer_id,
            count(*) as carts,
            count(*) filter (where cart_state = 'converted') as converted_carts,
            count(*) filter (where cart_state = 'recovered') as recovered_carts,
            count(*) filter (where cart_state = 'abandoned') as abandoned_carts,
            count(*) filter (where cart_state = 'emptied') as emptied_carts,
            count(*) filter (
                where cart_state = 'abandoned' and is_in_window
            ) as window_abandoned_carts,
            count(*) filter (where has_checkout) as checkouts,
            count(*) filter (
                where has_checkout and cart_state in ('converted', 'recovered')
            ) as completed_checkouts,
            count(*) filter (
                where has_checkout and cart_state in ('abandoned', 'emptied')
            ) as abandoned_checkouts,
            max(case when last_rank = 1 then cart_state end) as last_cart_state,
            max(case when last_rank = 1 then last_changed_at end) as last_cart_changed_at,
            max(case when last_rank = 1 then items_left end) as last_cart_items,
            max(case when last_rank = 1 then value_left end) as last_cart_value,
            -- Left for as long as a service waits, and nothing bought since.
            bool_or(needs_service and last_rank = 1) as has_cart_to_serve
        from ranked_carts
        group by customer_id
    )

select *
from final
