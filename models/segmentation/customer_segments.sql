-- All segmentations, also those that the landing cannot answer. A customer who objects to
-- profiling has the segment not_profiled in each profiling segmentation, whatever its model
-- returns. A segmentation that the catalogue lacks counts as profiling.
with
    objections as (select * from {{ ref("int_profiling_objections") }}),

    segmentations as (select * from {{ ref("segmentations") }}),

    segments_of_models as (
        {% for model in segmentation_models() %}
            select customer_id, segmentation, segment, weight, is_primary, reason
            from {{ ref(model) }} {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    final as (
        select
            segments_of_models.customer_id,
            segments_of_models.segmentation,
            segments_of_models.segment,
            segments_of_models.weight,
            segments_of_models.is_primary,
            segments_of_models.reason
        from segments_of_models
        left join objections on segments_of_models.customer_id = objections.customer_id
        left join segmentations on segments_of_models.segmentation = segmentations.segmentation
        where objections.customer_id is null or not coalesce(segmentations.is_profiling, true)
        union all
        select
            objections.customer_id,
            segmentations.segmentation,
            'not_profiled',
            cast(1 as double),
            true,
            'objected to profiling'
        from objections
        cross join segmentations
        where segmentations.is_profiling
    )

select *
from final
