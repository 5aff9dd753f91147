{{ config(materialized="view") }}
-- One row per thing that a known customer did or got, for sequences in rules and frequency caps.
--
-- A purchase is an order in any status but a test, or an event; without a time of day it counts at
-- the end of its day. A contact of the service is a step service_contact and one of its reason.
--
-- A message has a touch `sent`, a touch `delivered`, or both. The first `sent` and the first
-- `delivered` of a campaign, channel and customer are one message, and so on.
with
    campaign_touches as (select * from {{ gated("stg_web__campaign_touches") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    {{ with_customer("campaign_touches") }},

    numbered_touches as (
        select
            *,
            row_number() over (
                partition by customer_id, campaign_id, channel, touch_type
                order by touched_at asc, touch_id asc
            ) as message_number
        from rows_with_customer
        where customer_id is not null
    ),

    messages as (
        select customer_id, coalesce(channel, 'unknown') as channel, min(touched_at) as sent_at
        from numbered_touches
        where touch_type in ('sent', 'delivered')
        group by customer_id, campaign_id, channel, message_number
    ),

    service_contacts as (
        select * from {{ ref("int_service_contacts") }} where is_inbound and customer_id is not null
    ),

    final as (
        select
            customer_id,
            'purchase' as step,
            purchased_at as happened_at,
            cast(null as string) as channel
        from {{ ref("int_web_purchases") }}
        where customer_id is not null
        union all
        select sessions.customer_id, events.event_type, events.occurred_at, null
        from {{ ref("int_web_events") }} as events
        inner join
            {{ ref("int_web_sessions") }} as sessions on events.session_key = sessions.session_key
        where
            sessions.customer_id is not null and events.event_type not in ('purchase', 'page_ping')
        union all
        select customer_id, 'service_contact', opened_at, null
        from service_contacts
        union all
        select customer_id, 'service_' || reason, opened_at, null
        from service_contacts
        where reason is not null
        union all
        select customer_id, 'message_sent', sent_at, channel
        from messages
        union all
        select customer_id, 'message_' || touch_type, touched_at, coalesce(channel, 'unknown')
        from numbered_touches
        where touch_type not in ('sent', 'delivered') and touched_at is not null
    )

select *
from final
