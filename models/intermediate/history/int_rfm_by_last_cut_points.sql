-- The RFM segment that today's figures would give by the cut points of the last run: who would be
-- where he was before has not moved, the cut points have.
with
    measures as (select * from {{ ref("int_rfm_measures") }} where population = 'customers'),

    cut_points as (select * from {{ ref("int_last_rfm_cut_points") }}),

    segment_map as (select * from {{ ref("rfm_segment_map") }}),

    {{ with_rfm_scores() }},

    final as (
        select rfm_scores.customer_id, segment_map.segment
        from rfm_scores
        inner join
            segment_map
            on rfm_scores.r_score = coalesce(segment_map.r_score, rfm_scores.r_score)
            and rfm_scores.f_score = coalesce(segment_map.f_score, rfm_scores.f_score)
            and rfm_scores.m_score = coalesce(segment_map.m_score, rfm_scores.m_score)
            and rfm_scores.fm_score = coalesce(segment_map.fm_score, rfm_scores.fm_score)
    )

select *
from final
