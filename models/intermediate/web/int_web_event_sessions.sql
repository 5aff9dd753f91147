-- The session of each event that a person made.
-- A session is the tracker's when it gives one, else ends with a gap; midnight does not end it, and
-- none is longer than the cap: what comes after it begins the next part. A program is known by its
-- user agent, or by more events in a session than a person makes.
-- All windows run within one visitor and over few columns; int_web_events joins the others, which
-- takes less than half of the time.
{% set session_part = whole_quotient(
    "greatest(" ~ microseconds_between("started_at", "occurred_at") ~ " - 1, 0)",
    (var("session_max_days") * 86400 * 1000000) | int,
) %}
with
    events as (select * from {{ gated("stg_web__events") }}),

    bots as (select * from {{ ref("int_web_bots") }}),

    -- Without a visitor the next best thing tells one visit from another.
    human_events as (
        select
            events.event_id,
            events.occurred_at,
            events.event_type,
            events.page_url,
            events.session_id,
            case
                when events.visitor_id is not null
                then 'visitor|' || events.visitor_id
                when events.session_id is not null
                then 'session|' || events.session_id
                when events.contact_id is not null
                then 'contact|' || events.contact_id
                when events.email is not null
                then 'email|' || md5(events.email)
                else 'event|' || events.event_id
            end as visitor_key
        from events
        left join bots on events.user_agent = bots.user_agent
        where bots.user_agent is null
    ),

    events_with_previous as (
        select
            *,
            lag(occurred_at) over visitor_events as previous_at,
            lag(event_type) over visitor_events as previous_type,
            lag(page_url) over visitor_events as previous_url
        from human_events
        window
            visitor_events as (partition by visitor_key, session_id order by occurred_at, event_id)
    ),

    compared_events as (
        select
            event_id,
            occurred_at,
            session_id,
            visitor_key,
            -- A product page that reports itself as a page and as a product is one view.
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

    -- Starts only grow later, so that the latest one so far is that of the running session.
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
                    as {{ dbt.type_string() }}
                ),
                cast(nullif({{ session_part }}, 0) as {{ dbt.type_string() }})
            ) as session_key
        from events_with_start
    ),

    counted_events as (
        select *, count(*) over (partition by session_key) as events_of_session from keyed_events
    ),

    final as (
        select event_id, session_key, visitor_key, is_view, is_start
        from counted_events
        where events_of_session <= {{ var("session_max_events") }}
    )

select *
from final
