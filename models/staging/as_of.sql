-- The last day comes from the data, never from the clock. Two conditions rule out typing errors.
-- The day has at least a quarter of an average day's rows. The 90 days up to it have at least 5
-- rows, or all rows if there are fewer.
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
            select cast({{ column }} as date) as activity_date
            from {{ landing(table, [column], with_erased=true) }}
            where {{ column }} is not null {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    days as (select activity_date, count(*) as activity_rows from activity group by activity_date),

    totals as (
        select sum(activity_rows) as all_rows, sum(activity_rows) / count(*) as rows_per_day
        from days
    ),

    rows_up_to_day as (
        select later.activity_date, sum(earlier.activity_rows) as recent_rows
        from days as later
        inner join
            days as earlier
            on later.activity_date >= earlier.activity_date
            and earlier.activity_date > {{ dbt.dateadd("day", -90, "later.activity_date") }}
        group by later.activity_date
    ),

    believed_days as (
        select days.activity_date
        from days
        inner join rows_up_to_day on days.activity_date = rows_up_to_day.activity_date
        cross join totals
        where
            days.activity_rows >= 0.25 * totals.rows_per_day
            and rows_up_to_day.recent_rows >= least(5, totals.all_rows)
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
