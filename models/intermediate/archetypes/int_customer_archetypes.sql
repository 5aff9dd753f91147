-- Membership of a customer in each archetype, 0 to 1, with the evidence. At the threshold,
-- membership is 0.5 (macros fuzzy_at_least and fuzzy_at_most). The membership is the minimum over
-- all conditions.
with
    customers as (select * from {{ ref("int_profiled_customers") }}),

    habits as (
        select
            habits.*,
            thresholds.*,
            -- Companies ship to other sites; only marked gifts count for them.
            case
                when customers.customer_kind = 'company'
                then habits.gift_orders
                else habits.gift_or_elsewhere_orders
            end as gifts
        from {{ ref("int_customer_order_habits") }} as habits
        inner join customers on habits.customer_id = customers.customer_id
        cross join {{ ref("archetype_thresholds") }} as thresholds
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
            {{
                fuzzy_at_least(
                    "cast(discounted_orders as double) / orders",
                    "bargain_hunter_discounted_share",
                )
            }},
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
            {{ fuzzy_at_least("cast(gifts as double) / orders", "gifter_gift_share") }},
            {{ sentence("{gifts} of {orders} orders as a gift or to another address") }}
        from habits
    ),

    final as (
        select
            memberships.customer_id,
            memberships.archetype,
            memberships.archetype_rank,
            memberships.membership,
            memberships.reason
        from memberships
        inner join customers on memberships.customer_id = customers.customer_id
        where memberships.membership > 0
    )

select *
from final
