-- Events that people made, each in its session, with what they say.
with
    events as (select * from {{ gated("stg_web__events") }}),

    event_sessions as (select * from {{ ref("int_web_event_sessions") }}),

    products as (select * from {{ gated("stg_shop__products") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    final as (
        select
            events.event_id,
            events.occurred_at,
            events.event_type,
            event_sessions.session_key,
            event_sessions.visitor_key,
            contacts.customer_id as contact_customer_id,
            addresses.customer_id as email_customer_id,
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
            -- Where the visitor came from; within the site the site itself is no source.
            case
                when event_sessions.is_start and events.referrer_url is not null
                then
                    nullif(
                        {{ domain("events.referrer_url") }},
                        coalesce({{ domain("events.page_url") }}, '')
                    )
            end as referrer_domain,
            events.promotion_id,
            events.device_type,
            -- For int_customer_last_seen_places only.
            events.ip_address
        from events
        inner join event_sessions on events.event_id = event_sessions.event_id
        left join products on events.product_id = products.product_id
        left join
            identifiers as contacts
            on contacts.identifier_type = 'contact'
            and events.contact_id = contacts.identifier
        left join
            identifiers as addresses
            on addresses.identifier_type = 'email'
            and events.email = addresses.identifier
    )

select *
from final
