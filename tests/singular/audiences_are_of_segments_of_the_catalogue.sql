{{ config(meta={"dagster": {"ref": {"name": "audience_segments"}}}) }}
-- An unknown segment is a typing error, and every audience needs a segment.
select audience_segments.audience, audience_segments.segmentation, audience_segments.segment
from {{ ref("audience_segments") }} as audience_segments
left join
    {{ ref("segments") }} as segments
    on audience_segments.segmentation = segments.segmentation
    and audience_segments.segment = segments.segment
where segments.segment is null
union all
select audiences.audience, null, null
from {{ ref("audiences") }} as audiences
left join
    {{ ref("audience_segments") }} as audience_segments
    on audiences.audience = audience_segments.audience
    and audience_segments.kind = 'include'
where audience_segments.audience is null
