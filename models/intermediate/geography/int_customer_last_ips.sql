-- The address itself stays in this layer: what goes on is the place.
with
    events as (select * from {{ ref("int_web_events") }} where ip_address is not null),

    sightings as (
        select
            coalesce(contact_customer_id, email_customer_id, visitor_customer_id) as customer_id,
            occurred_at as seen_at,
            event_id as source_key,
            ip_address
        from events
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
