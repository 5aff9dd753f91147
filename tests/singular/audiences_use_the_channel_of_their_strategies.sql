{{ config(meta={"dagster": {"ref": {"name": "audience_segments"}}}) }}
-- Nobody can carry out "call today" by a letter.
select
    audiences.audience,
    audiences.channel,
    segment_strategies.segmentation,
    segment_strategies.segment,
    strategies.strategy,
    strategies.channel as channel_of_strategy
from {{ ref("audiences") }} as audiences
inner join
    {{ ref("audience_segments") }} as audience_segments
    on audiences.audience = audience_segments.audience
inner join
    {{ ref("segment_strategies") }} as segment_strategies
    on audience_segments.segmentation = segment_strategies.segmentation
    and audience_segments.segment = segment_strategies.segment
inner join
    {{ ref("strategies") }} as strategies on segment_strategies.strategy = strategies.strategy
where audience_segments.kind = 'include' and strategies.channel <> audiences.channel
