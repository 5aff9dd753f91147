-- Recent events of people, each with its visit and the customer of the visit: its one contact,
-- else its one e-mail address, else the customer of the visitor. A visit with two contacts has no
-- customer, so that an agent does not disclose one to the other.
with
    events as (select * from {{ ref("int_recent_events") }}),

    products as (select * from {{ gated("stg_shop__products") }}),

    bot_patterns as (select * from {{ ref("bot_user_agents") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    {{ with_sessions("events") }},

    named_events as (
        select
            events.*,
            event_sessions.session_key,
            event_sessions.visitor_key,
            contacts.customer_id as contact_customer_id,
            addresses.customer_id as email_customer_id
        from events
        inner join event_sessions on events.event_id = event_sessions.event_id
        left join
            identifiers as contacts
            on contacts.identifier_type = 'contact'
            and events.contact_id = contacts.identifier
        left join
            identifiers as addresses
            on addresses.identifier_type = 'email'
            and events.email = addresses.identifier
    ),

    visits as (
        select
            session_key,
            max(visitor_key) as visitor_key,
            {{ session_customer() }} as known_customer_id,
            coalesce(
                min(contact_customer_id) <> max(contact_customer_id), false
            ) as has_two_contacts
        from named_events
        group by session_key
    ),

    visits_with_customer as (
        select
            visits.session_key,
            case
                when not visits.has_two_contacts
                then coalesce(visits.known_customer_id, visitors.customer_id)
            end as customer_id
        from visits
        left join
            identifiers as visitors
            on visitors.identifier_type = 'visitor'
            and visits.visitor_key = 'visitor|' || visitors.identifier
    ),

    final as (
        select
            named_events.event_id,
            named_events.session_key,
            named_events.visitor_key,
            visits_with_customer.customer_id,
            named_events.occurred_at,
            named_events.event_type,
            named_events.product_id,
            coalesce(products.category, named_events.category) as category,
            named_events.cart_id,
            named_events.quantity,
            named_events.unit_price,
            named_events.checkout_step,
            named_events.now_at
        from named_events
        inner join
            visits_with_customer on named_events.session_key = visits_with_customer.session_key
        left join products on named_events.product_id = products.product_id
    )

select *
from final
