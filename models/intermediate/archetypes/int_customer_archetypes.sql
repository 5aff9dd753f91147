-- How much of each archetype a customer shows, 0 to 1, and the evidence. A threshold is met by half
-- where it is met exactly (macros fuzzy_at_least and fuzzy_at_most), all conditions of an archetype
-- have to be met (least).
with
    customers as (select * from {{ ref("int_customers") }}),

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
            category
            || ': '
            || cast(product_views as {{ dbt.type_string() }})
            || ' views of '
            || cast(products as {{ dbt.type_string() }})
            || ' products in {{ var("indecisive_days") }} days up to '
            || cast(last_date as {{ dbt.type_string() }})
            || ', none put in the cart' as reason
        from indecisive
        union all
        select
            customer_id,
            'impulsive',
            2,
            membership,
            cast(products_added as {{ dbt.type_string() }})
            || ' products in the cart and an order within '
            || cast({{ whole_quotient("seconds_to_purchase + 59", 60) }} as {{ dbt.type_string() }})
            || ' minutes on '
            || cast(visit_date as {{ dbt.type_string() }})
        from impulsive
        union all
        select
            customer_id,
            'researcher',
            3,
            membership,
            cast(product_views as {{ dbt.type_string() }})
            || ' product views in '
            || cast(product_view_sessions as {{ dbt.type_string() }})
            || ' visits before the purchase on '
            || cast(purchase_date as {{ dbt.type_string() }})
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
            cast(discounted_orders as {{ dbt.type_string() }})
            || ' of '
            || cast(orders as {{ dbt.type_string() }})
            || ' orders discounted'
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
            'money back for '
            || cast(returned_orders as {{ dbt.type_string() }})
            || ' of '
            || cast(orders as {{ dbt.type_string() }})
            || ' orders'
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
            cast(order_days as {{ dbt.type_string() }})
            || ' order days, about every '
            || cast({{ rounded("mean_gap_days", 0) }} as {{ dbt.type_string() }})
            || ' days'
        from habits
        union all
        select
            customer_id,
            'gifter',
            7,
            {{ fuzzy_at_least("cast(gifts as double) / orders", var("gifter_gift_share")) }},
            cast(gifts as {{ dbt.type_string() }})
            || ' of '
            || cast(orders as {{ dbt.type_string() }})
            || ' orders as a gift or to another address'
        from habits
    ),

    final as (
        select customer_id, archetype, archetype_rank, membership, reason
        from memberships
        where membership > 0
    )

select *
from final
