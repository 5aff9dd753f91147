-- Moves of customers between segments since the previous day of the history. New customers entered;
-- customers that no longer exist left, or were erased: only the number of erased ones is known.
-- Segmentations with several segments per customer have no moves and are left out.
with
    memberships as (
        select *
        from {{ ref("segment_memberships") }}
        where
            segmentation <> 'business'
            and segment <> 'not_profiled'
            and {{ is_in_history("segmentation") }}
    ),

    memberships_before as (
        select *
        from {{ ref("int_kept_segment_history") }}
        where was_current and segmentation <> 'business' and segment <> 'not_profiled'
    ),

    erased_memberships as (
        select *
        from {{ ref("int_erased_memberships") }}
        where segmentation <> 'business' and segment <> 'not_profiled'
    ),

    run_day as (select * from {{ ref("int_run_day") }} where previous_day is not null),

    moves as (
        select
            coalesce(memberships.segmentation, memberships_before.segmentation) as segmentation,
            coalesce(memberships_before.segment, 'entered') as from_segment,
            coalesce(memberships.segment, 'left') as to_segment
        from memberships
        full outer join
            memberships_before
            on memberships.customer_id = memberships_before.customer_id
            and memberships.segmentation = memberships_before.segmentation
    ),

    cells as (
        select segmentation, from_segment, to_segment, count(*) as customers
        from moves
        group by segmentation, from_segment, to_segment
        union all
        select segmentation, segment, 'erased', customers
        from erased_memberships
    ),

    final as (
        select
            cast(cells.segmentation as string) as segmentation,
            cast(run_day.previous_day as date) as from_date,
            cast(run_day.as_of_date as date) as to_date,
            cast(cells.from_segment as string) as from_segment,
            cast(cells.to_segment as string) as to_segment,
            cast(cells.customers as bigint) as customers,
            cast(
                sum(cells.customers) over (
                    partition by cells.segmentation, cells.from_segment
                ) as bigint
            ) as customers_before,
            case
                when not {{ is_small_cell("cells.customers") }}
                then
                    cast(cells.customers as double) / sum(cells.customers) over (
                        partition by cells.segmentation, cells.from_segment
                    )
            end as share
        from cells
        cross join run_day
    )

select *
from final
