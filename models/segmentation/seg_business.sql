-- Memberships in rule segments share the customer: each is divided by their sum. The remainder,
-- no_business_segment, is what the strongest of them leaves over. A member that is kept below entry
-- counts by half, so that the primary is a segment wherever there is one. Weights are whole
-- ten-thousandths, rounded down, and the primary gets what the rounding left.
with
    features as (select * from {{ ref("customer_features") }}),

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
        from features
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

    ranked_points as (
        select
            *,
            cast(sum(points) over (partition by customer_id) as bigint) as points_of_customer,
            row_number() over (
                partition by customer_id
                order by points desc nulls last, segment_rank asc nulls last, segment asc nulls last
            ) as segment_position
        from all_points
        where points > 0
    ),

    shares as (
        select *, {{ whole_quotient("points * 10000", "points_of_customer") }} as share_points
        from ranked_points
    ),

    weights as (
        select
            *,
            {{ weight_of_parts("share_points", "segment_position = 1", "customer_id", 10000) }}
            as weight
        from shares
    ),

    final as (
        select
            customer_id,
            'business' as segmentation,
            segment,
            weight,
            segment_position = 1 as is_primary,
            reason
        from weights
        where weight > 0
    )

select *
from final
