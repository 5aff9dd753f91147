-- Recent events of people, each with its visit and the customer of the visit: its one contact,
-- else its one e-mail address, else the customer of the visitor. A visit with two contacts has no
-- customer, so that an agent does not disclose one to the other. A device that the last full build
-- did not know, and that names nobody, has the id that the next one gives it.
with
    events as (select * from {{ ref("int_recent_events") }}),

    products as (select * from {{ gated("stg_shop__products") }}),

    bot_patterns as (select * from {{ ref("bot_user_agents") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    {{ with_sessions("events") }},

    session_events as (
        select events.*, event_sessions.session_key, event_sessions.visitor_key
        from events
        inner join event_sessions on events.event_id = event_sessions.event_id
    ),

    {{ with_named_customers("session_events") }},

    visits as (
        select
            session_key,
            max(visitor_key) as visitor_key,
            count(*) as events,
            count(contact_id) + count(email) as named_events,
            {{ session_customer() }} as known_customer_id,
            coalesce(
                min(contact_customer_id) <> max(contact_customer_id), false
            ) as has_two_contacts
        from rows_with_named_customers
        group by session_key
    ),

    new_devices as (
        select visits.session_key, {{ keyed_hash("visits.visitor_key") }} as customer_id
        from visits
        left join
            {{ ref("int_identity_identifiers") }} as seen
            on seen.identifier_type = 'visitor'
            and visits.visitor_key = 'visitor|' || seen.identifier
        left join
            {{ ref("requested_keys") }} as requested_keys
            on requested_keys.key_hash
            = {{ erased_key_hash("visitor", "substr(visits.visitor_key, 9)") }}
        where
            {{ var("visitors_are_customers") }}
            and visits.visitor_key like 'visitor|%'
            and visits.named_events = 0
            and visits.events <= {{ var("visitor_max_events_a_day") }}
            and seen.identifier is null
            and requested_keys.key_hash is null
    ),

    visits_with_customer as (
        select
            visits.session_key,
            case
                when not visits.has_two_contacts
                then
                    coalesce(
                        visits.known_customer_id, visitors.customer_id, new_devices.customer_id
                    )
            end as customer_id
        from visits
        left join new_devices on visits.session_key = new_devices.session_key
        left join
            identifiers as visitors
            on visitors.identifier_type = 'visitor'
            and visits.visitor_key = 'visitor|' || visitors.identifier
    ),

    final as (
        select
            session_events.event_id,
            session_events.session_key,
            session_events.visitor_key,
            visits_with_customer.customer_id,
            session_events.occurred_at,
            session_events.event_type,
            session_events.product_id,
            coalesce(products.category, session_events.category) as category,
            session_events.cart_id,
            session_events.quantity,
            session_events.unit_price,
            session_events.now_at
        from session_events
        inner join
            visits_with_customer on session_events.session_key = visits_with_customer.session_key
        left join products on session_events.product_id = products.product_id
    )

select *
from final
