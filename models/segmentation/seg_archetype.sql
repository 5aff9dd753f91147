-- Membership in an archetype is 0 to 1, and the minimum over its conditions. At a threshold it is
-- 0.5 (macros fuzzy_at_least and fuzzy_at_most). Archetypes of a customer share the weight by their
-- membership. The remainder after the strongest one is no_archetype, or too_few for a customer with
-- fewer orders than any habit needs: nobody can know yet what the orders will show.
with
    features as (select * from {{ ref("customer_features") }}),

    thresholds as (
        select
            *,
            least(
                bargain_hunter_orders, returner_orders, replenisher_orders, gifter_orders
            ) as fewest_orders
        from {{ ref("archetype_thresholds") }}
    ),

    habits as (
        select
            habits.*,
            thresholds.*,
            -- Companies ship to other sites; only marked gifts count for them.
            case
                when features.customer_kind = 'company'
                then habits.gift_orders
                else habits.gift_or_elsewhere_orders
            end as gifts
        from {{ ref("int_customer_order_habits") }} as habits
        inner join features on habits.customer_id = features.customer_id
        cross join thresholds
    ),

    -- The rank breaks ties.
    memberships as (
        select
            customer_id,
            archetype,
            case
                archetype when 'indecisive' then 1 when 'impulsive' then 2 else 3
            end as archetype_rank,
            membership,
            reason
        from {{ ref("int_web_archetypes") }}
        union all
        select
            customer_id,
            'bargain_hunter',
            4,
            least(
                {{
                    fuzzy_at_least(
                        "cast(discounted_orders as double) / orders",
                        "bargain_hunter_discounted_share",
                    )
                }},
                {{ fuzzy_at_least("orders", "bargain_hunter_orders") }}
            ),
            {{ sentence("{discounted_orders} of {orders} orders discounted") }}
        from habits
        union all
        select
            customer_id,
            'returner',
            5,
            least(
                {{
                    fuzzy_at_least(
                        "cast(returned_orders as double) / orders", "returner_return_rate"
                    )
                }},
                {{ fuzzy_at_least("orders", "returner_orders") }}
            ),
            {{ sentence("money back for {returned_orders} of {orders} orders") }}
        from habits
        union all
        select
            customer_id,
            'replenisher',
            6,
            least(
                {{ fuzzy_at_most("gap_variation", "replenisher_gap_variation") }},
                {{ fuzzy_at_least("order_days", "replenisher_orders") }}
            ),
            {{ sentence("{order_days} order days, about every ") }}
            || {{ sentence("{" ~ rounded("mean_gap_days", 0) ~ "} days") }}
        from habits
        union all
        select
            customer_id,
            'gifter',
            7,
            least(
                {{ fuzzy_at_least("cast(gifts as double) / orders", "gifter_gift_share") }},
                {{ fuzzy_at_least("orders", "gifter_orders") }}
            ),
            {{ sentence("{gifts} of {orders} orders as a gift or to another address") }}
        from habits
    ),

    archetype_points as (
        select
            memberships.customer_id,
            memberships.archetype as segment,
            memberships.archetype_rank as segment_rank,
            cast(memberships.membership * 10000 as bigint) as points,
            memberships.reason
        from memberships
        inner join features on memberships.customer_id = features.customer_id
        where memberships.membership > 0
    ),

    strongest as (
        select customer_id, max(points) as points from archetype_points group by customer_id
    ),

    customers as (
        select
            features.customer_id,
            coalesce(strongest.points, 0) as points,
            strongest.points is null
            and habits.orders is null
            and features.web_sessions = 0 as is_unseen,
            coalesce(habits.orders, 0) as orders,
            thresholds.fewest_orders
        from features
        cross join thresholds
        left join strongest on features.customer_id = strongest.customer_id
        left join habits on features.customer_id = habits.customer_id
    ),

    all_points as (
        select customer_id, segment, segment_rank, points, reason
        from archetype_points
        union all
        select
            customer_id,
            case
                when is_unseen
                then 'unknown'
                when orders < fewest_orders
                then 'too_few'
                else 'no_archetype'
            end,
            cast(null as int),
            10000 - points,
            case
                when is_unseen
                then 'no visit and no order'
                when orders < fewest_orders
                then
                    {{
                        sentence(
                            "orders: {orders}, a habit needs {"
                            ~ rounded("fewest_orders", 0)
                            ~ "}"
                        )
                    }}
                when points = 0
                then 'no archetype fits'
                else 'no archetype fits in full'
            end
        from customers
    ),

    {{ segments_from_points("all_points", "archetype") }}

select *
from final
