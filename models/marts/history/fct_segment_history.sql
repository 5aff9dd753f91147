-- The history: stays of earlier days from the state, and what today changes in them. The members
-- of a segmentation on its first day have entered without a cause. Customers that no longer exist,
-- and were merged into no other one, are removed: an erasure empties the history. A replay changes
-- nothing, and keeps customers of later days, because it does not know them yet.
with
    run_day as (select * from {{ ref("int_run_day") }}),

    changes as (select * from {{ ref("int_segment_changes") }}),

    known_customers as (
        select customer_id
        from {{ ref("int_customers") }}
        union
        select absorbed_customer_id
        from {{ ref("int_identity_merges") }}
        union
        select last_stays.customer_id
        from {{ ref("int_kept_segment_history") }} as last_stays
        inner join run_day on run_day.is_replay
        group by last_stays.customer_id
        having min(last_stays.valid_from) > max(run_day.as_of_date)
    ),

    first_days as (
        select segmentation, min(logged_on) as first_day
        from {{ ref("int_segmentation_days") }}
        group by segmentation
    ),

    stays as (
        select
            last_stays.customer_id,
            last_stays.segmentation,
            last_stays.segment,
            last_stays.valid_from,
            case
                when run_day.is_replay or last_stays.valid_to < run_day.as_of_date
                then last_stays.valid_to
                else exits.logged_on
            end as valid_to,
            last_stays.entered_because,
            case
                when run_day.is_replay or last_stays.valid_to < run_day.as_of_date
                then last_stays.left_because
                else exits.cause
            end as left_because
        from {{ ref("int_kept_segment_history") }} as last_stays
        inner join known_customers on last_stays.customer_id = known_customers.customer_id
        inner join run_day on run_day.is_replay or last_stays.valid_from < run_day.as_of_date
        left join
            changes as exits
            on exits.change = 'exit'
            and last_stays.customer_id = exits.customer_id
            and last_stays.segmentation = exits.segmentation
            and last_stays.segment = exits.segment
        union all
        select customer_id, segmentation, segment, logged_on, null, cause, null
        from changes
        where change = 'enter'
        union all
        select
            memberships.customer_id,
            memberships.segmentation,
            memberships.segment,
            first_days.first_day,
            null,
            null,
            null
        from {{ ref("segment_memberships") }} as memberships
        inner join first_days on memberships.segmentation = first_days.segmentation
        inner join run_day on first_days.first_day = run_day.as_of_date and not run_day.is_replay
    ),

    final as (
        select
            cast(customer_id as string) as customer_id,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(valid_from as date) as valid_from,
            cast(valid_to as date) as valid_to,
            valid_to is null as is_current,
            cast(entered_because as string) as entered_because,
            cast(left_because as string) as left_because
        from stays
    )

select *
from final
