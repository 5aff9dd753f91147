-- Who was in which segment at the end of the previous day of the history.
with
    changes as (select * from {{ ref("int_kept_segment_changes") }}),

    days as (select distinct logged_on from {{ ref("int_last_segmentation_days") }}),

    run_day as (select * from {{ ref("int_run_day") }}),

    last_changes as (
        select
            changes.customer_id,
            changes.segmentation,
            changes.segment,
            changes.change,
            row_number() over (
                partition by changes.customer_id, changes.segmentation, changes.segment
                order by changes.logged_on desc, changes.change asc
            ) as recency_rank
        from changes
        -- Changes of another landing have no day.
        inner join days on changes.logged_on = days.logged_on
        cross join run_day
        where changes.logged_on <= run_day.previous_day
    ),

    final as (
        select customer_id, segmentation, segment
        from last_changes
        where recency_rank = 1 and change = 'enter'
    )

select *
from final
