-- Stability of a segmentation between two days. Up and down follow value_rank of the catalogue.
-- shorrocks_index (Shorrocks 1978) is (segments - sum of the shares that stay) / (segments - 1).
-- It is 0 if nobody moved, and 1 if the earlier segment does not predict the current one.
with
    segments as (select * from {{ ref("segments") }}),

    moves as (
        select
            migration.*,
            migration.from_segment = migration.to_segment as is_staying,
            ranks_before.value_rank as rank_before,
            ranks_after.value_rank as rank_after
        from {{ ref("agg_segment_migration") }} as migration
        left join
            segments as ranks_before
            on migration.segmentation = ranks_before.segmentation
            and migration.from_segment = ranks_before.segment
        left join
            segments as ranks_after
            on migration.segmentation = ranks_after.segmentation
            and migration.to_segment = ranks_after.segment
    ),

    totals as (
        select
            segmentation,
            from_date,
            to_date,
            sum(case when from_segment <> 'entered' then customers else 0 end) as customers_before,
            sum(case when from_segment = 'entered' then customers else 0 end) as entered,
            sum(
                case when to_segment in ('left', 'erased') then customers else 0 end
            ) as left_customers,
            sum(case when is_staying then customers else 0 end) as stayed,
            sum(case when rank_after < rank_before then customers else 0 end) as upgraded,
            sum(case when rank_after > rank_before then customers else 0 end) as downgraded,
            count(
                distinct case when from_segment <> 'entered' then from_segment end
            ) as segments_before,
            -- In whole billionths, so that no order of rows changes the sum.
            sum(
                case
                    when is_staying
                    then
                        cast(
                            round(
                                cast(customers as double) / customers_before * 1000000000
                            ) as bigint
                        )
                    else 0
                end
            ) as staying_billionths
        from moves
        group by segmentation, from_date, to_date
    ),

    judged_totals as (select *, {{ is_small_cell("customers_before") }} as is_small from totals),

    final as (
        select
            cast(segmentation as string) as segmentation,
            cast(from_date as date) as from_date,
            cast(to_date as date) as to_date,
            cast(customers_before as bigint) as customers_before,
            cast(entered as bigint) as entered,
            cast(left_customers as bigint) as left_customers,
            cast(stayed as bigint) as stayed,
            cast(upgraded as bigint) as upgraded,
            cast(downgraded as bigint) as downgraded,
            case
                when not is_small
                then cast({{ exact_ratio("stayed", "customers_before", 4) }} as decimal(18, 4))
            end as retention,
            case
                when not is_small
                then cast({{ exact_ratio("upgraded", "customers_before", 4) }} as decimal(18, 4))
            end as upgrade_share,
            case
                when not is_small
                then cast({{ exact_ratio("downgraded", "customers_before", 4) }} as decimal(18, 4))
            end as downgrade_share,
            case
                when segments_before > 1 and not is_small
                then
                    cast(
                        {{
                            rounded(
                                "(segments_before - staying_billionths / 1000000000.0) / (segments_before - 1)",
                                4,
                            )
                        }}
                        as decimal(18, 4)
                    )
            end as shorrocks_index
        from judged_totals
    )

select *
from final
