-- Segments of the previous day with customers who are erased since. If a day runs again,
-- customers that its first run erased count, too: the state has only their number.
with
    erased_keys as (select * from {{ ref("erased_keys") }}),

    run_day as (select * from {{ ref("int_run_day") }} where previous_day is not null),

    all_memberships as (
        select stays.segmentation, stays.segment, count(*) as customers
        from {{ source("state", "segment_history") }} as stays
        inner join erased_keys on erased_keys.key_hash = {{ erased_id_hash("stays.customer_id") }}
        inner join
            run_day
            on stays.valid_from <= run_day.previous_day
            and coalesce(stays.valid_to > run_day.previous_day, true)
        where {{ is_in_history("stays.segmentation") }}
        group by stays.segmentation, stays.segment
        union all
        select
            counted_memberships.segmentation,
            counted_memberships.segment,
            counted_memberships.customers
        from {{ source("state", "erased_memberships") }} as counted_memberships
        inner join
            run_day
            on counted_memberships.from_date = run_day.previous_day
            and counted_memberships.to_date = run_day.as_of_date
    ),

    final as (
        select
            all_memberships.segmentation,
            all_memberships.segment,
            run_day.previous_day as from_date,
            run_day.as_of_date as to_date,
            cast(sum(all_memberships.customers) as bigint) as customers
        from all_memberships
        cross join run_day
        group by
            all_memberships.segmentation,
            all_memberships.segment,
            run_day.previous_day,
            run_day.as_of_date
    )

select *
from final
