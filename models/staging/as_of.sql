-- The last day comes from the data, never from the clock. Each table answers for itself. An active
-- day has at least a twentieth of the table's median rows per day. A table believes an active day
-- that is the fifth within the time in which it has 14 of them on average. last_seen_date is the
-- last day that a table believes.
-- Typing errors, default dates and bursts are too few or too far from the other days. Days of low
-- season, rare orders and the first day after a week of holidays are not.
{% set days_needed = 5 %}
{% set days_of_rhythm = 14 %}
with
    activity as (
        {% for table, column in {
            "orders": "ordered_at",
            "events": "occurred_at",
            "service_contacts": "opened_at",
            "leads": "created_at",
            "customers": "created_at",
            "accounts": "created_at",
        }.items() %}
            select '{{ table }}' as table_name, cast({{ column }} as date) as activity_date
            from {{ landing(table, [column], with_erased=true) }}
            where {{ column }} is not null {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    days as (
        select table_name, activity_date, count(*) as day_rows
        from activity
        group by table_name, activity_date
    ),

    days_with_gaps as (
        select
            *,
            {{
                dbt.datediff(
                    "lag(activity_date) over (partition by table_name order by activity_date)",
                    "activity_date",
                    "day",
                )
            }} as days_since_last
        from days
    ),

    -- More than a year without a row: one of the two sides is an error.
    days_with_period as (
        select
            *,
            sum(case when days_since_last > 366 then 1 else 0 end) over (
                partition by table_name order by activity_date rows unbounded preceding
            ) as period_no
        from days_with_gaps
    ),

    days_of_periods as (
        select
            *,
            median(day_rows) over (partition by table_name, period_no) as median_rows,
            sum(day_rows) over (partition by table_name, period_no) as period_rows
        from days_with_period
    ),

    ranked_days as (
        select
            *,
            rank() over (
                partition by table_name order by period_rows desc, period_no asc
            ) as period_rank
        from days_of_periods
    ),

    active_days as (
        select
            table_name,
            activity_date,
            count(*) over (partition by table_name) as day_count,
            min(activity_date) over (partition by table_name) as first_date,
            max(activity_date) over (partition by table_name) as last_date
            {%- for days in range(1, days_needed + 1) %}
                ,
                lag(activity_date, {{ days - 1 }}) over (
                    partition by table_name order by activity_date asc
                ) as begin_of_{{ days }}
            {%- endfor %}
        from ranked_days
        where period_rank = 1 and day_rows * 20 >= median_rows
    ),

    days_with_rhythm as (
        select
            activity_date,
            day_count,
            {{ dbt.datediff("first_date", "last_date", "day") }} + 1 as span_days,
            -- A table with fewer active days counts only if every table has so few.
            least({{ days_needed }}, max(day_count) over ()) as days_to_count,
            -- A table with less than ten active days needs half of them.
            case
                least({{ days_needed }}, cast(floor((day_count + 1) / 2) as bigint))
                {%- for days in range(1, days_needed + 1) %}
                    when {{ days }} then begin_of_{{ days }}
                {%- endfor %}
            end as earlier_date
        from active_days
    ),

    believed_days as (
        select activity_date
        from days_with_rhythm
        where
            day_count >= days_to_count
            and {{ dbt.datediff("earlier_date", "activity_date", "day") }} * day_count
            < {{ days_of_rhythm }} * span_days
    ),

    dates as (
        select
            cast(max(activity_date) as date) as last_seen_date,
            {% if var("as_of_date") -%} cast('{{ var("as_of_date") }}' as date) as as_of_date
            {%- else -%}
                -- The last day seen may still be running: the day before is complete.
                cast({{ dbt.dateadd("day", -1, "max(activity_date)") }} as date) as as_of_date
            {%- endif %}
        from believed_days
    ),

    dates_with_horizon as (
        select
            as_of_date,
            last_seen_date,
            -- A row dated after this cannot be true. Days between the last believed one and this
            -- may be running or quiet: their rows are later, not wrong.
            cast(
                {{
                    dbt.dateadd(
                        "day", 3, "greatest(as_of_date, coalesce(last_seen_date, as_of_date))"
                    )
                }} as date
            ) as horizon_date
        from dates
    ),

    final as (
        select
            *,
            -- A build for a past day does not read the days after it.
            {{ "as_of_date" if var("as_of_date") else "horizon_date" }} as visible_until_date,
            '{{ var("landing") }}' as landing,
            -- The hourly run must not publish what a build left unfinished.
            '{{ invocation_id }}' as run_id
        from dates_with_horizon
    )

select *
from final
