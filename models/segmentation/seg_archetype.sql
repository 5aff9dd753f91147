-- Archetypes of a customer share the weight by their membership. The remainder after the
-- strongest one is no_archetype.
with
    archetype_points as (
        select
            customer_id,
            archetype as segment,
            archetype_rank as segment_rank,
            cast(membership * 10000 as bigint) as points,
            reason
        from {{ ref("int_customer_archetypes") }}
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
        from {{ ref("customer_features") }} as features
        left join strongest on features.customer_id = strongest.customer_id
    ),

    all_points as (
        select customer_id, segment, segment_rank, points, reason
        from archetype_points
        union all
        select
            customer_id,
            case when is_unseen then 'unknown' else 'no_archetype' end,
            cast(null as int),
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

    {{ segments_from_points("all_points", "archetype") }}

select *
from final
