-- Days, by which MetricFlow joins metrics over time. Nothing else reads it.
with
    days as (
        {{ dbt.date_spine("day", "cast('1990-01-01' as date)", "cast('2060-01-01' as date)") }}
    ),

    final as (select cast(date_day as date) as day from days)

select *
from final
