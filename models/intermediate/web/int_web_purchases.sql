-- All purchases of a person, online or not, because buyers need no reminder of a cart. An order
-- counts in any status, unless it is a test. If an order also has an event, it has the time of the
-- event; an order without a time of day counts at the end of its day.
with
    events as (select * from {{ ref("int_web_events") }} where event_type = 'purchase'),

    orders as (select * from {{ ref("int_orders") }} where not is_test),

    web_purchases as (
        select
            coalesce(events.order_id, events.event_id) as purchase_key,
            min(sessions.person_key) as person_key,
            min(sessions.customer_id) as customer_id,
            min(events.occurred_at) as purchased_at
        from events
        inner join
            {{ ref("int_web_sessions") }} as sessions on events.session_key = sessions.session_key
        group by coalesce(events.order_id, events.event_id)
    ),

    order_purchases as (
        select
            order_id as purchase_key,
            customer_id,
            case
                when ordered_at = cast(order_date as timestamp)
                then {{ next_day("order_date") }}
                else ordered_at
            end as purchased_at
        from orders
        where customer_id is not null
    ),

    final as (
        select
            coalesce(order_purchases.purchase_key, web_purchases.purchase_key) as purchase_key,
            coalesce(order_purchases.customer_id, web_purchases.person_key) as person_key,
            coalesce(order_purchases.customer_id, web_purchases.customer_id) as customer_id,
            coalesce(web_purchases.purchased_at, order_purchases.purchased_at) as purchased_at
        from order_purchases
        full outer join web_purchases on order_purchases.purchase_key = web_purchases.purchase_key
    )

select *
from final
