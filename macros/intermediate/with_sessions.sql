{#- The session of each event of a person, as the CTE event_sessions (event_id, session_key,
    visitor_key, is_view, is_start). If the tracker gives a session, it counts; else a gap ends
    a session. Midnight does not end a session. A session longer than the cap continues as a new
    session. Two kinds of programs are left out: user agents with a bot pattern, and sessions
    with more events than a person makes. `relation` has event_id, occurred_at, event_type,
    page_url, user_agent and the keys of visitor, session and person. Pass a large table by
    name: DuckDB stores all columns of a CTE that is read twice. Needs the CTE bot_patterns. -#}
{%- macro with_sessions(relation) -%}
    {%- set session_part = whole_quotient(
        "greatest(" ~ microseconds_between("started_at", "occurred_at") ~ " - 1, 0)",
        (var("session_max_days") * 86400 * 1000000) | int,
    ) -%}
    {{ with_bots(relation) }},

    -- Without a visitor, the next best key separates visits.
    keyed_visitors as (
        select
            human_events.event_id,
            human_events.occurred_at,
            human_events.event_type,
            human_events.page_url,
            human_events.session_id,
            case
                when human_events.visitor_id is not null
                then 'visitor|' || human_events.visitor_id
                when human_events.session_id is not null
                then 'session|' || human_events.session_id
                when human_events.contact_id is not null
                then 'contact|' || human_events.contact_id
                when human_events.email is not null
                then 'email|' || {{ keyed_hash("human_events.email") }}
                else 'event|' || human_events.event_id
            end as visitor_key
        from {{ relation }} as human_events
        left join bots on human_events.user_agent = bots.user_agent
        where bots.user_agent is null
    ),

    events_with_previous as (
        select
            *,
            lag(occurred_at) over visitor_events as previous_at,
            lag(event_type) over visitor_events as previous_type,
            lag(page_url) over visitor_events as previous_url
        from keyed_visitors
        window
            visitor_events as (partition by visitor_key, session_id order by occurred_at, event_id)
    ),

    compared_events as (
        select
            event_id,
            occurred_at,
            session_id,
            visitor_key,
            -- A product page that sends a page view and a product view is one view.
            event_type in ('page_view', 'product_view')
            and not coalesce(
                previous_type in ('page_view', 'product_view')
                and previous_type <> event_type
                and previous_url = page_url,
                false
            ) as is_view,
            case
                when
                    previous_at is null
                    or (
                        session_id is null
                        and {{ microseconds_between("previous_at", "occurred_at") }}
                        > {{ (var("session_gap_minutes") * 60 * 1000000) | int }}
                    )
                then occurred_at
            end as start_at
        from events_with_previous
    ),

    -- The latest start so far is the start of the current session.
    events_with_start as (
        select
            *,
            max(start_at) over (
                partition by visitor_key, session_id
                order by occurred_at, event_id
                rows between unbounded preceding and current row
            ) as started_at
        from compared_events
    ),

    keyed_events as (
        select
            event_id,
            visitor_key,
            is_view,
            occurred_at = started_at as is_start,
            concat_ws(
                '|',
                visitor_key,
                session_id,
                cast(
                    {{ microseconds_between("cast('1970-01-01' as timestamp)", "started_at") }}
                    as string
                ),
                cast(nullif({{ session_part }}, 0) as string)
            ) as session_key
        from events_with_start
    ),

    counted_events as (
        select *, count(*) over (partition by session_key) as events_of_session from keyed_events
    ),

    event_sessions as (
        select event_id, session_key, visitor_key, is_view, is_start
        from counted_events
        where events_of_session <= {{ var("session_max_events") }}
    )
{%- endmacro -%}
