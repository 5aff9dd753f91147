-- Events up to now; they may be later than as_of_date. Now is the latest plausible moment: the 24
-- hours up to it have at least 5 events (or all there are), and the hour up to it at least a tenth
-- of an average hour. Typing errors and fast clocks do not move it. Windows run over minutes
-- instead of events, of which there may be many.
{% set minute = whole_quotient(
    microseconds_between("cast('1970-01-01' as timestamp)", "landed_events.occurred_at"),
    60000000,
) %}
with
    events as (
        select landed_events.*, {{ minute }} as minute_no
        from {{ gated("stg_web__events", with_excluded=true) }} as landed_events
        cross join {{ ref("as_of") }} as as_of
        where
            coalesce(landed_events.excluded_as, 'later') = 'later'
            and landed_events.occurred_at
            >= {{ dbt.dateadd("day", -var("indecisive_days"), "as_of.as_of_date") }}
            and landed_events.occurred_at < {{ next_day("as_of.visible_until_date") }}
    ),

    minutes as (
        select minute_no, max(occurred_at) as last_at, count(*) as minute_events
        from events
        group by minute_no
    ),

    totals as (
        select
            sum(minute_events) as all_events,
            -- The average covers at least one hour, for new shops.
            greatest(max(minute_no) - min(minute_no) + 1, 60) as all_minutes
        from minutes
    ),

    counted_minutes as (
        select
            last_at,
            sum(minute_events) over (
                order by minute_no range between 59 preceding and current row
            ) as hour_events,
            sum(minute_events) over (
                order by minute_no range between 1439 preceding and current row
            ) as day_events
        from minutes
    ),

    moment as (
        select max(counted_minutes.last_at) as now_at
        from counted_minutes
        cross join totals
        where
            counted_minutes.hour_events * 10 * totals.all_minutes >= totals.all_events * 60
            and counted_minutes.day_events >= least(5, totals.all_events)
    ),

    final as (
        select {{ columns_with("events", relation="events") }}, moment.now_at
        from events
        cross join moment
        where
            events.occurred_at <= moment.now_at
            and {{ microseconds_between("events.occurred_at", "moment.now_at") }}
            < {{ (var("indecisive_days") * 86400000000) | int }}
    )

select *
from final
