-- An event about items is a row per item; an event about the page is one row.
with
    hits as (select * from {{ ref("ga4__hits") }} where arrival = 1 and kind is not null),

    items as (
        select *
        from {{ ref("ga4__items") }}
        where event_name in ('view_item', 'add_to_cart', 'remove_from_cart')
    ),

    final as (
        select
            hits.hit_id || coalesce('-' || cast(items.item_number as string), '') as event_id,
            hits.occurred_at,
            case
                when hits.kind = 'item event' then hits.event_name else hits.kind
            end as event_type,
            hits.user_pseudo_id as visitor_id,
            -- The number of a session is its second: unique only together with the device.
            hits.user_pseudo_id || '-' || hits.session_number as session_id,
            hits.user_id as contact_id,
            hits.page_url,
            hits.referrer_url,
            hits.utm_source,
            hits.utm_medium,
            hits.utm_campaign,
            items.product_id,
            items.category,
            items.quantity,
            items.unit_price,
            case
                hits.event_name
                when 'begin_checkout'
                then 1
                when 'add_shipping_info'
                then 2
                when 'add_payment_info'
                then 3
            end as checkout_step,
            case when hits.event_name = 'purchase' then hits.order_id end as order_id,
            hits.device_type
        from hits
        left join items on hits.hit_id = items.hit_id
    )

select *
from final
