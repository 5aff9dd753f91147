-- The address itself stays in this layer: what goes on is the place.
with
    visits as (select * from {{ ref("int_customer_visits") }}),

    events as (select * from {{ ref("int_web_events") }} where ip_address is not null),

    ranked_events as (
        select
            visits.customer_id,
            events.occurred_at,
            events.event_id,
            events.ip_address,
            row_number() over (
                partition by visits.customer_id
                order by events.occurred_at desc, events.event_id desc
            ) as event_rank
        from visits
        inner join events on visits.last_session_key = events.session_key
    ),

    final as (
        select
            customer_id,
            occurred_at as seen_at,
            event_id as source_key,
            {{ ipv4_number("ip_address") }} as ip_number
        from ranked_events
        where event_rank = 1
    )

select *
from final
