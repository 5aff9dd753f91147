-- User agents with a word of a program in them. The few user agents of the events are compared with
-- the list, not every event.
with
    events as (select * from {{ gated("stg_web__events") }}),

    bot_patterns as (select * from {{ ref("bot_user_agents") }}),

    user_agents as (select distinct user_agent from events where user_agent is not null),

    final as (
        select distinct user_agents.user_agent
        from user_agents
        inner join bot_patterns on contains(lower(user_agents.user_agent), bot_patterns.pattern)
    )

select *
from final
