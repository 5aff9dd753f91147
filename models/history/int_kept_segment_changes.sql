-- The log of the last run, without erased customers. If a customer objects to profiling, only
-- not_profiled is kept of profiling segmentations. Ids from before a merge belong to the customer
-- that they were merged into.
with
    last_changes as (
        select *
        from {{ state_without_erased("segment_changes") }} as last_changes
        where {{ is_in_history("last_changes.segmentation") }}
    ),

    identity_merges as (select * from {{ ref("int_identity_merges") }}),

    segmentations as (select * from {{ ref("segmentations") }}),

    kept_changes as (
        select
            last_changes.customer_id,
            last_changes.segmentation,
            last_changes.segment,
            last_changes.logged_on,
            last_changes.change,
            last_changes.cause,
            last_changes.definition_version
        from last_changes
        left join identity_merges on last_changes.customer_id = identity_merges.absorbed_customer_id
        left join
            {{ ref("int_profiling_objections") }} as objections
            on coalesce(identity_merges.customer_id, last_changes.customer_id)
            = objections.customer_id
        left join segmentations on last_changes.segmentation = segmentations.segmentation
        where
            objections.customer_id is null
            or last_changes.segment = 'not_profiled'
            -- A segmentation that the catalogue no longer has counts as profiling.
            or not coalesce(segmentations.is_profiling, true)
    ),

    ranked_changes as (
        select
            kept_changes.*,
            row_number() over (
                partition by
                    kept_changes.customer_id,
                    kept_changes.segmentation,
                    kept_changes.segment,
                    kept_changes.logged_on <= run_day.previous_day
                order by kept_changes.logged_on desc, kept_changes.change asc
            ) as recency_rank,
            coalesce(kept_changes.logged_on <= run_day.previous_day, false) as is_before
        from kept_changes
        cross join {{ ref("int_run_day") }} as run_day
    ),

    final as (
        select
            customer_id,
            segmentation,
            segment,
            logged_on,
            change,
            cause,
            definition_version,
            is_before and recency_rank = 1 and change = 'enter' as was_current
        from ranked_changes
    )

select *
from final
