-- Position of this run in the history. A run of a day before the last one is a replay and changes
-- nothing in the history; the last day may be run again.
with
    days as (select distinct logged_on from {{ source("state", "segmentation_days") }}),

    final as (
        select
            as_of.as_of_date,
            max(
                case when days.logged_on < as_of.as_of_date then days.logged_on end
            ) as previous_day,
            coalesce(max(days.logged_on) > as_of.as_of_date, false) as is_replay,
            -- The last complete day is the one before the last one seen.
            as_of.as_of_date
            < cast({{ dbt.dateadd("day", -1, "as_of.last_seen_date") }} as date) as is_past
        from {{ ref("as_of") }} as as_of
        left join days on true
        group by as_of.as_of_date, as_of.last_seen_date
    )

select *
from final
