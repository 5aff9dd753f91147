-- The RFM segment that today's figures would give by the cut points of the last run: who would be
-- where he was before has not moved, the cut points have.
with
    measures as (select * from {{ ref("int_rfm_measures") }} where population = 'customers'),

    cut_points as (select * from {{ ref("int_last_rfm_cut_points") }}),

    segment_map as (select * from {{ ref("rfm_segment_map") }}),

    members as (select * from {{ ref("int_rfm_populations") }} where population = 'customers'),

    as_of as (select * from {{ ref("as_of") }}),

    {{ with_rfm_scores() }},

    final as (
        select
            rfm_scores.customer_id,
            case
                when
                    segment_map.segment = 'new'
                    and {{ dbt.datediff("members.first_order_date", "as_of.as_of_date", "day") }}
                    > {{ var("new_customer_days") }}
                then 'recent_one_off'
                else segment_map.segment
            end as segment
        from rfm_scores
        cross join as_of
        inner join members on rfm_scores.customer_id = members.customer_id
        inner join
            segment_map
            on rfm_scores.r_score = coalesce(segment_map.r_score, rfm_scores.r_score)
            and rfm_scores.f_score = coalesce(segment_map.f_score, rfm_scores.f_score)
            and rfm_scores.m_score = coalesce(segment_map.m_score, rfm_scores.m_score)
            and rfm_scores.fm_score = coalesce(segment_map.fm_score, rfm_scores.fm_score)
    )

select *
from final
