-- How much of each archetype a customer shows, 0 to 1, and the evidence. A threshold is met by half
-- where it is met exactly (macros fuzzy_at_least and fuzzy_at_most), all conditions of an archetype
-- have to be met (least).
with
    customers as (select * from {{ ref("int_profiled_customers") }}),

    indecisive as (select * from {{ ref("int_archetype_indecisive") }}),

    impulsive as (select * from {{ ref("int_archetype_impulsive") }}),

    researcher as (select * from {{ ref("int_archetype_researcher") }}),

    habits as (
        select
            habits.*,
            -- A company has its sites delivered to: that is no gift.
            case
                when customers.customer_kind = 'company'
                then habits.gift_orders
                else habits.gift_or_elsewhere_orders
            end as gifts
        from {{ ref("int_customer_order_habits") }} as habits
        inner join customers on habits.customer_id = customers.customer_id
    ),

    -- The rank decides between equals.
    memberships as (
        select
            customer_id,
            'indecisive' as archetype,
            1 as archetype_rank,
            membership,
            {{ sentence("{category}: {product_views} views of {products} products in ") }}
            || {{ sentence(var("indecisive_days") ~ " days up to {last_date}") }}
            || ', none put in the cart' as reason
        from indecisive
        union all
        select
            customer_id,
            'impulsive',
            2,
            membership,
            {{ sentence("{products_added} products in the cart and an order within ") }}
            || {{ sentence("{" ~ whole_quotient("seconds_to_purchase + 59", 60) ~ "} minutes") }}
            || {{ sentence(" on {visit_date}") }}
        from impulsive
        union all
        select
            customer_id,
            'researcher',
            3,
            membership,
            {{ sentence("{product_views} product views in {product_view_sessions} visits ") }}
            || {{ sentence("before the purchase on {purchase_date}") }}
        from researcher
        union all
        select
            customer_id,
            'bargain_hunter',
            4,
            {{
                fuzzy_at_least(
                    "cast(discounted_orders as double) / orders",
                    var("bargain_hunter_discounted_share"),
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
                        "cast(returned_orders as double) / orders", var("returner_return_rate")
                    )
                }},
                {{ fuzzy_at_least("orders", var("returner_orders")) }}
            ),
            {{ sentence("money back for {returned_orders} of {orders} orders") }}
        from habits
        union all
        select
            customer_id,
            'replenisher',
            6,
            least(
                {{ fuzzy_at_most("gap_variation", var("replenisher_gap_variation")) }},
                {{ fuzzy_at_least("order_days", var("replenisher_orders")) }}
            ),
            {{ sentence("{order_days} order days, about every ") }}
            || {{ sentence("{" ~ rounded("mean_gap_days", 0) ~ "} days") }}
        from habits
        union all
        select
            customer_id,
            'gifter',
            7,
            {{ fuzzy_at_least("cast(gifts as double) / orders", var("gifter_gift_share")) }},
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
