-- Views of products and changes of a cart are one event per product; any other action is one
-- event.
with
    action_products as (
        select *
        from {{ ref("snowplow_ecommerce__action_products") }}
        where event_type in ('product_view', 'add_to_cart', 'remove_from_cart')
    ),

    transactions as (select * from {{ ref("snowplow_ecommerce__raw_transactions") }}),

    order_ids as (
        select root_id, max(transaction_id) as order_id from transactions group by root_id
    ),

    final as (
        select
            -- The first product keeps the event's id.
            actions.event_id || case
                when action_products.product_number > 1
                then '-' || cast(action_products.product_number as string)
                else ''
            end as event_id,
            actions.occurred_at,
            actions.event_type,
            actions.visitor_id,
            actions.session_id,
            actions.contact_id,
            actions.email,
            actions.page_url,
            actions.page_type,
            actions.referrer_url,
            actions.utm_source,
            actions.utm_medium,
            actions.utm_campaign,
            action_products.product_id,
            action_products.category,
            case
                when actions.event_type in ('add_to_cart', 'remove_from_cart')
                then action_products.quantity
            end as quantity,
            action_products.price as unit_price,
            carts.cart_id,
            case
                when actions.event_type = 'checkout_step' then actions.checkout_step
            end as checkout_step,
            case when actions.event_type = 'purchase' then order_ids.order_id end as order_id,
            actions.user_agent,
            actions.ip_address
        from {{ ref("snowplow_ecommerce__actions") }} as actions
        left join action_products on actions.event_id = action_products.event_id
        left join
            {{ ref("snowplow_ecommerce__carts") }} as carts on actions.event_id = carts.event_id
        left join order_ids on actions.event_id = order_ids.root_id
    )

select *
from final
