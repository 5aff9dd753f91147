-- Contacts and addresses of a device, and whether the device is a program. One pass over the
-- events.
with
    events as (select * from {{ gated("stg_web__events") }}),

    bot_patterns as (select * from {{ ref("bot_user_agents") }}),

    daily_events as (
        select
            visitor_id,
            contact_id,
            email,
            user_agent,
            cast(occurred_at as date) as event_date,
            count(*) as events
        from events
        where visitor_id is not null or contact_id is not null or email is not null
        group by visitor_id, contact_id, email, user_agent, cast(occurred_at as date)
    ),

    {{ with_bots("daily_events") }},

    visitor_days as (
        select
            daily_events.visitor_id,
            daily_events.event_date,
            sum(daily_events.events) as events,
            count(bots.user_agent) as bot_mentions
        from daily_events
        left join bots on daily_events.user_agent = bots.user_agent
        where daily_events.visitor_id is not null
        group by daily_events.visitor_id, daily_events.event_date
    ),

    bot_visitors as (
        select distinct visitor_id
        from visitor_days
        where bot_mentions > 0 or events > {{ var("visitor_max_events_a_day") }}
    ),

    final as (
        select
            daily_events.visitor_id,
            daily_events.contact_id,
            daily_events.email,
            min(daily_events.event_date) as first_seen_date,
            bot_visitors.visitor_id is not null as is_bot
        from daily_events
        left join bot_visitors on daily_events.visitor_id = bot_visitors.visitor_id
        group by
            daily_events.visitor_id,
            daily_events.contact_id,
            daily_events.email,
            bot_visitors.visitor_id
    )

select *
from final
