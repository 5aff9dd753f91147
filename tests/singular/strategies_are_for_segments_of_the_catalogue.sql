{{ config(meta={"dagster": {"ref": {"name": "segment_strategies"}}}) }}
-- A strategy for an unknown segment is a typing error.
select segment_strategies.segmentation, segment_strategies.segment, segment_strategies.strategy
from {{ ref("segment_strategies") }} as segment_strategies
left join
    {{ ref("segments") }} as segments
    on segment_strategies.segmentation = segments.segmentation
    and segment_strategies.segment = segments.segment
where segments.segment is null
