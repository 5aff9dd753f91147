-- The days of the history, with the definition of each segmentation on that day.
with
    run_day as (select * from {{ ref("int_run_day") }}),

    memberships as (
        select distinct segmentation
        from {{ ref("segment_memberships") }}
        where {{ is_in_history("segmentation") }}
    ),

    definitions as (select * from {{ ref("segmentation_definitions") }}),

    final as (
        select
            last_days.logged_on,
            last_days.segmentation,
            last_days.definition_version,
            -- Older versions did not store the landing; the state of another landing is not read.
            coalesce(last_days.landing, '{{ var("landing") }}') as landing
        from {{ source("state", "segmentation_days") }} as last_days
        cross join run_day
        where run_day.is_replay or last_days.logged_on < run_day.as_of_date
        union all
        select
            run_day.as_of_date,
            memberships.segmentation,
            definitions.definition_version,
            '{{ var("landing") }}'
        from memberships
        left join definitions on memberships.segmentation = definitions.segmentation
        cross join run_day
        where not run_day.is_replay
    )

select *
from final
