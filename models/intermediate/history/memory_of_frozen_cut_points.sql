-- A replay may cut by what it has frozen itself; the next run does not know of it.
with
    frozen_cut_points as (select * from {{ ref("int_rfm_frozen_cut_points") }}),

    run_day as (select * from {{ ref("int_run_day") }}),

    final as (
        select
            frozen_cut_points.cut_version,
            frozen_cut_points.population,
            frozen_cut_points.measure,
            frozen_cut_points.score,
            frozen_cut_points.threshold,
            frozen_cut_points.frozen_on
        from frozen_cut_points
        cross join run_day
        where not (frozen_cut_points.is_new and run_day.is_replay)
    )

select *
from final
