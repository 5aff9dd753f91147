{#- The user agents of programs, as the CTE bots. Each user agent of `relation` is compared with
    the patterns once, not once per event. Needs the CTE bot_patterns. -#}
{%- macro with_bots(relation) -%}
    user_agents as (select distinct user_agent from {{ relation }} where user_agent is not null),

    bots as (
        select distinct user_agents.user_agent
        from user_agents
        inner join bot_patterns on contains(lower(user_agents.user_agent), bot_patterns.pattern)
    )
{%- endmacro -%}
