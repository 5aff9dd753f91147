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

    periods as (
        select
            table_name,
            period_no,
            median(day_rows) as median_rows,
            row_number() over (
                partition by table_name order by sum(day_rows) desc, period_no asc
            ) as size_rank
        from days_with_period
        group by table_name, period_no
    ),

    active_days as (
        select
            days_with_period.table_name,
            days_with_period.activity_date,
            row_number() over (
                partition by days_with_period.table_name order by days_with_period.activity_date
            ) as day_no
        from days_with_period
        inner join
            periods
            on days_with_period.table_name = periods.table_name
            and days_with_period.period_no = periods.period_no
        where periods.size_rank = 1 and days_with_period.day_rows * 20 >= periods.median_rows
    ),

    rhythms as (
        select
            table_name,
            count(*) as day_count,
            {{ dbt.datediff("min(activity_date)", "max(activity_date)", "day") }} + 1 as span_days,
            -- A table with less than ten active days needs half of them.
            least({{ days_needed }}, cast(floor((count(*) + 1) / 2) as bigint)) as days_needed,
            -- A table with fewer active days counts only if every table has so few.
            least({{ days_needed }}, max(count(*)) over ()) as days_to_count
        from active_days
        group by table_name
    ),

    believed_days as (
        select later.activity_date
        from active_days as later
        inner join rhythms on later.table_name = rhythms.table_name
        inner join
            active_days as earlier
            on later.table_name = earlier.table_name
            and later.day_no = earlier.day_no + rhythms.days_needed - 1
        where
            rhythms.day_count >= rhythms.days_to_count
            and {{ dbt.datediff("earlier.activity_date", "later.activity_date", "day") }}
            * rhythms.day_count
            < {{ days_of_rhythm }} * rhythms.span_days
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
