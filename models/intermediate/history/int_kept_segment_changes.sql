{{ config(materialized="view") }}
-- The log of earlier days without the profiles of those who object to profiling: of a profiling
-- segmentation only not_profiled stays. Ids that a customer had before a merge are the customer's
-- too.
with
    changes as (select * from {{ ref("int_last_segment_changes") }}),

    merges as (select * from {{ ref("int_identity_merges") }}),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    segmentations as (select * from {{ ref("segmentations") }}),

    final as (
        select changes.*
        from changes
        left join merges on changes.customer_id = merges.absorbed_customer_id
        left join
            objections on coalesce(merges.customer_id, changes.customer_id) = objections.customer_id
        left join segmentations on changes.segmentation = segmentations.segmentation
        where
            objections.customer_id is null
            or changes.segment = 'not_profiled'
            -- One that the catalogue no longer has counts as profiling.
            or not coalesce(segmentations.is_profiling, true)
    )

select *
from final
