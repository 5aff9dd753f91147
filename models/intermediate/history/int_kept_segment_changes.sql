{{ config(materialized="view") }}
-- The log of earlier days without the profiles of those who object to profiling: of a profiling
-- segmentation only not_profiled stays. Ids that a customer had before a merge are the customer's
-- too.
with
    last_changes as (
        select *
        from {{ ref("int_last_segment_changes") }}
        where {{ is_in_history("segmentation") }}
    ),

    identity_merges as (select * from {{ ref("int_identity_merges") }}),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    segmentations as (select * from {{ ref("segmentations") }}),

    final as (
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
            objections
            on coalesce(identity_merges.customer_id, last_changes.customer_id)
            = objections.customer_id
        left join segmentations on last_changes.segmentation = segmentations.segmentation
        where
            objections.customer_id is null
            or last_changes.segment = 'not_profiled'
            -- One that the catalogue no longer has counts as profiling.
            or not coalesce(segmentations.is_profiling, true)
    )

select *
from final
