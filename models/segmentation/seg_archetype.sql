-- Memberships share the customer: each is divided by their sum. The remainder, no_archetype, is
-- what the strongest of them leaves over. Weights are whole ten-thousandths, rounded down, and the
-- primary gets what the rounding left, so that they sum to exactly 1 on every engine.
with
    features as (select * from {{ ref("customer_features") }}),

    archetypes as (select * from {{ ref("int_customer_archetypes") }}),

    archetype_points as (
        select
            customer_id,
            archetype as segment,
            archetype_rank as segment_rank,
            cast(membership * 10000 as bigint) as points,
            reason
        from archetypes
    ),

    strongest as (
        select customer_id, max(points) as points from archetype_points group by customer_id
    ),

    customers as (
        select
            features.customer_id,
            coalesce(strongest.points, 0) as points,
            strongest.points is null
            and features.lifetime_orders = 0
            and features.web_sessions = 0 as is_unseen
        from features
        left join strongest on features.customer_id = strongest.customer_id
    ),

    all_points as (
        select customer_id, segment, segment_rank, points, reason
        from archetype_points
        union all
        select
            customer_id,
            case when is_unseen then 'unknown' else 'no_archetype' end,
            99,
            10000 - points,
            case
                when is_unseen
                then 'no visit and no order'
                when points = 0
                then 'no archetype fits'
                else 'no archetype fits in full'
            end
        from customers
    ),

    ranked_points as (
        select
            *,
            cast(sum(points) over (partition by customer_id) as bigint) as points_of_customer,
            row_number() over (
                partition by customer_id order by points desc, segment_rank asc
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
            'archetype' as segmentation,
            segment,
            weight,
            segment_position = 1 as is_primary,
            reason
        from weights
        where weight > 0
    )

select *
from final
