-- Rule segments of a customer share the weight by their strength. The remainder after the
-- strongest one is no_business_segment. A member that is kept below entry counts as 0.5, so that
-- the primary is a rule segment if there is one.
with
    members as (select * from {{ ref("rule_memberships") }} where is_member),

    segments as (select * from {{ ref("segments") }} where segmentation = 'business'),

    member_points as (
        select
            members.customer_id,
            members.segment,
            segments.sort_order as segment_rank,
            greatest(cast(floor(members.strength * 10000 + 0.5) as bigint), 5000) as points,
            members.reason
        from members
        inner join segments on members.segment = segments.segment
    ),

    strongest as (
        select customer_id, max(points) as points from member_points group by customer_id
    ),

    customers as (
        select features.customer_id, coalesce(strongest.points, 0) as points
        from {{ ref("customer_features") }} as features
        left join strongest on features.customer_id = strongest.customer_id
    ),

    all_points as (
        select customer_id, segment, segment_rank, points, reason
        from member_points
        union all
        select
            customer_id,
            'no_business_segment',
            cast(null as int),
            10000 - points,
            case when points = 0 then 'no rule applies' else 'no rule applies in full' end
        from customers
    ),

    {{ segments_from_points("all_points", "business") }}

select *
from final
