{{ config(meta={"dagster": {"ref": {"name": "rfm_segment_map"}}}) }}
-- Every combination of scores has exactly one segment. Every RFM segment of the catalogue is in the
-- map or is for customers without scores.
with
    one_to_five as (
        select 1 as score
        union all
        select 2
        union all
        select 3
        union all
        select 4
        union all
        select 5
    ),

    combinations as (
        select
            recency.score as r_score,
            frequency.score as f_score,
            monetary.score as m_score,
            floor((frequency.score + monetary.score + 1) / 2.0) as fm_score
        from one_to_five as recency
        cross join one_to_five as frequency
        cross join one_to_five as monetary
    ),

    mapped as (
        select
            combinations.r_score,
            combinations.f_score,
            combinations.m_score,
            count(segment_map.segment) as segments
        from combinations
        left join
            {{ ref("rfm_segment_map") }} as segment_map
            on combinations.r_score = coalesce(segment_map.r_score, combinations.r_score)
            and combinations.f_score = coalesce(segment_map.f_score, combinations.f_score)
            and combinations.m_score = coalesce(segment_map.m_score, combinations.m_score)
            and combinations.fm_score = coalesce(segment_map.fm_score, combinations.fm_score)
        group by combinations.r_score, combinations.f_score, combinations.m_score
    ),

    problems as (
        select
            'R'
            || cast(r_score as string)
            || ' F'
            || cast(f_score as string)
            || ' M'
            || cast(m_score as string)
            || ' has '
            || cast(segments as string)
            || ' segments' as problem
        from mapped
        where segments <> 1
        union all
        select 'the map never reaches ' || segments.segment
        from {{ ref("segments") }} as segments
        where
            segments.segmentation = 'rfm'
            and segments.segment not in ('prospect', 'lapsed')
            and not exists (
                select 1
                from {{ ref("rfm_segment_map") }} as segment_map
                where segments.segment in (segment_map.segment, segment_map.segment_if_not_new)
            )
    )

select *
from problems
