-- Recommended strategy for a customer. The current visit comes first, then the segments in the
-- order of the seed card_segmentations.
with
    card_segmentations as (select * from {{ ref("card_segmentations") }}),

    visit_strategies as (select * from {{ ref("visit_strategies") }}),

    strategies as (select * from {{ ref("strategies") }}),

    candidates as (
        select
            visits.customer_id,
            0 as priority,
            visit_strategies.strategy,
            'visit ' || visits.visit_state as recommended_by,
            visits.visit_reason as reason
        from {{ ref("int_current_visits") }} as visits
        inner join visit_strategies on visits.visit_state = visit_strategies.visit_state
        union all
        select
            memberships.customer_id,
            card_segmentations.priority,
            segment_strategies.strategy,
            memberships.segmentation || ' ' || memberships.segment,
            memberships.reason
        from {{ ref("segment_memberships") }} as memberships
        inner join card_segmentations on memberships.segmentation = card_segmentations.segmentation
        inner join
            {{ ref("segment_strategies") }} as segment_strategies
            on memberships.segmentation = segment_strategies.segmentation
            and memberships.segment = segment_strategies.segment
    ),

    ranked_candidates as (
        select
            *,
            row_number() over (
                partition by customer_id order by priority asc, recommended_by asc
            ) as candidate_rank
        from candidates
    ),

    final as (
        select
            cast(ranked_candidates.customer_id as string) as customer_id,
            cast(ranked_candidates.strategy as string) as strategy,
            cast(strategies.label as string) as strategy_label,
            cast(strategies.description as string) as what_to_do,
            cast(strategies.goal as string) as goal,
            cast(goals.department as string) as department,
            cast(ranked_candidates.recommended_by as string) as recommended_by,
            cast(ranked_candidates.reason as string) as reason
        from ranked_candidates
        inner join strategies on ranked_candidates.strategy = strategies.strategy
        inner join {{ ref("goals") }} as goals on strategies.goal = goals.goal
        where ranked_candidates.candidate_rank = 1
    )

select *
from final
