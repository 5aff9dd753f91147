-- Affinity: the share of a category in the customer's purchases, divided by its share in all
-- purchases (base rate). As few purchases prove little, each customer first gets
-- category_prior_weight purchases that are spread like the base rate: lift = (orders + weight *
-- base) / (all orders + weight) / base, and 1 is average. A quotient of whole numbers is equal on
-- every engine.
--
-- Price level: the percentage of the category's other customers who pay less per unit before
-- discounts (percent_rank, so that equal prices are equal). Below spending_min_customers there is
-- no price level.
--
-- Replenishment: after purchases on at least three days, the next one is expected the customer's
-- own
-- median gap after the last one. A customer who is late by a whole gap has stopped.
--
-- This is one file, because totals, ranks, levels and gaps have one grain.
with
    -- Two steps, first per purchase, then per customer: a distinct count over millions of groups
    -- takes ten times as long.
    order_categories as (
        select
            order_id,
            category,
            min(customer_id) as customer_id,
            min(order_date) as order_date,
            sum(units) as units,
            sum(gross_amount) as gross_amount,
            sum(net_amount) as net_amount,
            count(*) as lines,
            count(*) filter (where is_discounted) as discounted_lines,
            sum(cost_amount) as cost_amount,
            sum(net_amount) filter (where cost_amount is not null) as costed_net_amount
        from {{ ref("int_window_lines") }}
        where category is not null
        group by order_id, category
    ),

    categories as (
        select
            customer_id,
            category,
            count(*) as orders,
            cast(sum(units) as decimal(18, 3)) as units,
            cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
            cast(sum(net_amount) as decimal(18, 2)) as net_amount,
            cast(sum(lines) as bigint) as lines,
            cast(sum(discounted_lines) as bigint) as discounted_lines,
            cast(sum(cost_amount) as decimal(18, 2)) as cost_amount,
            cast(sum(costed_net_amount) as decimal(18, 2)) as costed_net_amount
        from order_categories
        group by customer_id, category
    ),

    priced_categories as (
        select
            *,
            -- Cents divided by thousandths of a unit.
            {{
                exact_ratio(
                    "1000 * cast(gross_amount * 100 as bigint)", "cast(units * 1000 as bigint)", 0
                )
            }} as cents_per_unit,
            sum(orders) over (partition by customer_id) as category_orders_of_customer,
            row_number() over (
                partition by customer_id order by net_amount desc, category asc
            ) as amount_rank
        from categories
    ),

    category_totals as (
        select category, sum(orders) as orders_of_category from categories group by category
    ),

    base_rates as (
        select
            category, orders_of_category, sum(orders_of_category) over () as category_orders_of_all
        from category_totals
    ),

    price_counts as (
        select category, cents_per_unit, count(*) as customers
        from priced_categories
        group by category, cents_per_unit
    ),

    price_levels as (
        select
            category,
            cents_per_unit,
            coalesce(
                sum(customers) over (
                    partition by category
                    order by cents_per_unit
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as customers_below,
            sum(customers) over (partition by category) as customers
        from price_counts
    ),

    gaps as (
        select
            customer_id,
            category,
            order_date,
            {{
                dbt.datediff(
                    "lag(order_date) over (partition by customer_id, category order by order_date)",
                    "order_date",
                    "day",
                )
            }} as gap_days
        from (select distinct customer_id, category, order_date from order_categories) as days
    ),

    category_gaps as (
        select
            customer_id,
            category,
            max(order_date) as last_order_date,
            case
                when count(gap_days) >= 2
                then cast({{ rounded(percentile("gap_days", 0.5), 0) }} as int)
            end as usual_gap_days
        from gaps
        group by customer_id, category
    ),

    replenishments as (
        select
            category_gaps.*,
            case
                when
                    {{ dbt.datediff("category_gaps.last_order_date", "as_of.as_of_date", "day") }}
                    < 2 * category_gaps.usual_gap_days
                then
                    {{
                        dbt.dateadd(
                            "day", "category_gaps.usual_gap_days", "category_gaps.last_order_date"
                        )
                    }}
            end as replenish_on
        from category_gaps
        cross join {{ ref("as_of") }} as as_of
    ),

    measured_categories as (
        select
            priced_categories.*,
            {{
                exact_ratio(
                    "priced_categories.orders * base_rates.category_orders_of_all + "
                    ~ var("category_prior_weight")
                    ~ " * base_rates.orders_of_category",
                    "base_rates.orders_of_category * (priced_categories.category_orders_of_customer + "
                    ~ var("category_prior_weight")
                    ~ ")",
                    2,
                )
            }}
            as lift,
            case
                when price_levels.customers >= {{ var("spending_min_customers") }}
                then
                    {{
                        exact_ratio(
                            "100 * price_levels.customers_below", "price_levels.customers - 1", 0
                        )
                    }}
            end as price_percentile,
            replenishments.last_order_date,
            replenishments.usual_gap_days,
            replenishments.replenish_on
        from priced_categories
        inner join
            replenishments
            on priced_categories.customer_id = replenishments.customer_id
            and priced_categories.category = replenishments.category
        inner join base_rates on priced_categories.category = base_rates.category
        inner join
            price_levels
            on priced_categories.category = price_levels.category
            and priced_categories.cents_per_unit = price_levels.cents_per_unit
    ),

    final as (
        select
            customer_id,
            category,
            cast(orders as bigint) as orders,
            units,
            cast(net_amount as decimal(18, 2)) as net_amount,
            lines,
            discounted_lines,
            cost_amount,
            costed_net_amount,
            cast(amount_rank as int) as amount_rank,
            lift,
            cast(
                row_number() over (
                    partition by customer_id
                    order by
                        case when orders >= {{ var("category_min_orders") }} then 0 else 1 end asc,
                        lift desc,
                        orders desc,
                        category asc
                ) as int
            ) as affinity_rank,
            cast(price_percentile as int) as price_percentile,
            cast(last_order_date as date) as last_order_date,
            usual_gap_days,
            cast(replenish_on as date) as replenish_on
        from measured_categories
    )

select *
from final
