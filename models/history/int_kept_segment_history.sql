-- The stays of the last run, without erased customers. If a customer objects to profiling, only
-- not_profiled is kept of profiling segmentations. Ids from before a merge belong to the customer
-- that they were merged into.
with
    last_stays as (
        select *
        from {{ state_without_erased("segment_history") }} as last_stays
        where {{ is_in_history("last_stays.segmentation") }}
    ),

    identity_merges as (select * from {{ ref("int_identity_merges") }}),

    segmentations as (select * from {{ ref("segmentations") }}),

    final as (
        select
            last_stays.customer_id,
            last_stays.segmentation,
            last_stays.segment,
            last_stays.valid_from,
            last_stays.valid_to,
            last_stays.entered_because,
            last_stays.left_because,
            coalesce(
                last_stays.valid_from <= run_day.previous_day
                and coalesce(last_stays.valid_to > run_day.previous_day, true),
                false
            ) as was_current
        from last_stays
        cross join {{ ref("int_run_day") }} as run_day
        left join identity_merges on last_stays.customer_id = identity_merges.absorbed_customer_id
        left join
            {{ ref("int_profiling_objections") }} as objections
            on coalesce(identity_merges.customer_id, last_stays.customer_id)
            = objections.customer_id
        left join segmentations on last_stays.segmentation = segmentations.segmentation
        where
            objections.customer_id is null
            or last_stays.segment = 'not_profiled'
            -- A segmentation that the catalogue no longer has counts as profiling.
            or not coalesce(segmentations.is_profiling, true)
    )

select *
from final
