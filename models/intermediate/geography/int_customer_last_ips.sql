-- The address itself stays in this layer: what goes on is the place.
with
    events as (select * from {{ gated("stg_web__events") }} where ip_address is not null),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    sightings as (
        select
            coalesce(
                contacts.customer_id, addresses.customer_id, visitors.customer_id
            ) as customer_id,
            events.occurred_at as seen_at,
            events.event_id as source_key,
            events.ip_address
        from events
        left join
            identifiers as contacts
            on contacts.identifier_type = 'contact'
            and events.contact_id = contacts.identifier
        left join
            identifiers as addresses
            on addresses.identifier_type = 'email'
            and events.email = addresses.identifier
        left join
            identifiers as visitors
            on visitors.identifier_type = 'visitor'
            and events.visitor_id = visitors.identifier
    ),

    ranked_sightings as (
        select
            *,
            row_number() over (
                partition by customer_id order by seen_at desc, source_key desc
            ) as sighting_rank
        from sightings
        where customer_id is not null
    ),

    final as (
        select customer_id, seen_at, source_key, {{ ipv4_number("ip_address") }} as ip_number
        from ranked_sightings
        where sighting_rank = 1
    )

select *
from final
