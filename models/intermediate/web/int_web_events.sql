-- Events of people, each with its session. int_web_sessions looks up the keys of people once per
-- session. The windows of with_sessions run over few columns; joining all columns afterwards takes
-- less than half of the time.
with
    bot_patterns as (select * from {{ ref("bot_user_agents") }}),

    {{ with_sessions(gated("stg_web__events")) }},

    final as (
        select
            events.event_id,
            events.occurred_at,
            events.event_type,
            event_sessions.session_key,
            event_sessions.visitor_key,
            events.contact_id,
            events.email,
            event_sessions.is_view,
            events.product_id,
            coalesce(products.category, events.category) as category,
            events.quantity,
            events.unit_price,
            events.cart_id,
            events.checkout_step,
            events.order_id,
            events.utm_source,
            events.utm_medium,
            events.utm_campaign,
            {{ click_channel("events.page_url") }} as click_channel,
            -- The source is the referrer of the first event.
            case
                when event_sessions.is_start and events.referrer_url like '%.%'
                then {{ domain("events.referrer_url") }}
            end as referrer_domain,
            case
                when event_sessions.is_start then {{ domain("events.page_url") }}
            end as page_domain,
            events.device_type,
            -- For int_customer_last_seen_places only.
            events.ip_address
        from {{ gated("stg_web__events") }} as events
        inner join event_sessions on events.event_id = event_sessions.event_id
        left join
            {{ gated("stg_shop__products") }} as products on events.product_id = products.product_id
    )

select *
from final
