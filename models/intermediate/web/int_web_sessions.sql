-- The customer of a session is its one contact, else its one e-mail address, else the customer of
-- the visitor. If a session has two contacts, neither is preferred. This is one file, because all
-- columns are totals of one session.
with
    events as (select * from {{ ref("int_web_events") }}),

    sources as (select * from {{ ref("int_web_session_sources") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    session_keys as (
        select distinct session_key, contact_id, email
        from events
        where contact_id is not null or email is not null
    ),

    {{ with_named_customers("session_keys") }},

    known_customers as (
        select session_key, {{ session_customer() }} as customer_id
        from rows_with_named_customers
        group by session_key
    ),

    visitors as (
        select 'visitor|' || identifier as visitor_key, customer_id
        from identifiers
        where identifier_type = 'visitor'
    ),

    products as (
        select
            session_key,
            count(*) filter (where product_views > 0) as products_viewed,
            count(*) filter (where adds > 0) as products_added,
            median(view_to_add_seconds) as median_view_to_add_seconds,
            max(case when product_rank = 1 then category end) as main_category
        from {{ ref("int_web_product_visits") }}
        group by session_key
    ),

    event_totals as (
        select
            session_key,
            max(visitor_key) as visitor_key,
            min(occurred_at) as started_at,
            max(occurred_at) as ended_at,
            count(*) as events,
            count(*) filter (where is_view) as pages_viewed,
            count(*) filter (where event_type = 'product_view') as product_views,
            count(*) filter (where event_type = 'add_to_cart') as adds,
            count(*) filter (where event_type = 'remove_from_cart') as removes,
            count(*) filter (where event_type = 'checkout_step') as checkout_events,
            max(checkout_step) as checkout_step,
            count(*) filter (where event_type = 'purchase') as purchases,
            min(case when event_type = 'purchase' then occurred_at end) as purchased_at,
            count(*) filter (where event_type = 'demo_request') as demo_requests,
            count(*) filter (
                where event_type in ('{{ var("conversion_events") | join("', '") }}')
            ) as conversions,
            -- A tracker names one device per session; of several, the last in the alphabet counts.
            max(
                case when device_type in ('desktop', 'mobile', 'tablet') then device_type end
            ) as device_type
        from events
        group by session_key
    ),

    final as (
        select
            event_totals.session_key,
            event_totals.visitor_key,
            coalesce(known_customers.customer_id, visitors.customer_id) as customer_id,
            coalesce(
                known_customers.customer_id, visitors.customer_id, event_totals.visitor_key
            ) as person_key,
            event_totals.started_at,
            event_totals.ended_at,
            {{
                whole_quotient(
                    microseconds_between("event_totals.started_at", "event_totals.ended_at"),
                    1000000,
                )
            }} as duration_seconds,
            event_totals.events,
            event_totals.pages_viewed,
            event_totals.product_views,
            coalesce(products.products_viewed, 0) as products_viewed,
            products.main_category,
            event_totals.adds,
            event_totals.removes,
            coalesce(products.products_added, 0) as products_added,
            products.median_view_to_add_seconds,
            event_totals.checkout_events,
            event_totals.checkout_step,
            event_totals.purchases,
            event_totals.purchased_at,
            event_totals.demo_requests,
            {{ microseconds_between("event_totals.started_at", "event_totals.ended_at") }}
            > {{ (var("engaged_session_seconds") * 1000000) | int }}
            or event_totals.pages_viewed >= {{ var("engaged_session_views") }}
            or event_totals.conversions > 0 as is_engaged,
            event_totals.device_type,
            sources.utm_campaign,
            coalesce(sources.acquisition_channel, 'direct') as acquisition_channel
        from event_totals
        left join products on event_totals.session_key = products.session_key
        left join sources on event_totals.session_key = sources.session_key
        left join known_customers on event_totals.session_key = known_customers.session_key
        left join visitors on event_totals.visitor_key = visitors.visitor_key
    )

select *
from final
