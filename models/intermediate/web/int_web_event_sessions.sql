-- The session of each event that a person made (macro with_sessions). A program is known by its
-- user agent, or by more events in a session than a person makes. All windows run within one
-- visitor and over few columns; int_web_events joins the others, which takes less than half of
-- the time.
with
    events as (select * from {{ gated("stg_web__events") }}),

    bots as (select * from {{ ref("int_web_bots") }}),

    human_events as (
        select events.*
        from events
        left join bots on events.user_agent = bots.user_agent
        where bots.user_agent is null
    ),

    {{ with_sessions("human_events") }},

    final as (select event_id, session_key, visitor_key, is_view, is_start from event_sessions)

select *
from final
