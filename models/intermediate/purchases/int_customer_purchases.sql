-- Categories, habits and price level of a customer's purchases, within the window of RFM. A habit
-- is the most frequent value of a trait (channel, payment method, intent). It needs at least half
-- of the purchases that name the trait, and no tie. This is one file, because all columns are of
-- one row per customer.
{% set traits = ["channel", "payment_method", "intent"] %}
with
    purchases as ({{ window_purchases() }}),

    categories as (select * from {{ ref("int_customer_categories") }}),

    purchases_with_previous as (
        select
            *,
            lag(order_date) over (
                partition by customer_id order by order_date, order_id
            ) as previous_order_date
        from purchases
    ),

    purchases_with_gap as (
        select
            *, {{ dbt.datediff("previous_order_date", "order_date", "day") }} as days_since_previous
        from purchases_with_previous
    ),

    order_totals as (
        select
            customer_id,
            count(*) as orders,
            count(*) filter (where is_discounted) as discounted_orders,
            sum(gross_amount) as gross_amount,
            sum(discount_amount) as discount_amount,
            -- Gaps are whole days, so that the median is exact as a double.
            median(days_since_previous) as median_days_between_orders
        from purchases_with_gap
        group by customer_id
    ),

    category_totals as (
        select
            customer_id,
            count(*) as categories,
            -- Weighted by purchases, so that the usual categories count most.
            sum(orders * price_percentile) as percentile_orders,
            sum(orders) filter (where price_percentile is not null) as priced_orders
        from categories
        group by customer_id
    ),

    products as (select distinct customer_id, product_id from {{ ref("int_window_lines") }}),

    product_totals as (select customer_id, count(*) as products from products group by customer_id),

    affinities as (
        select *
        from categories
        where
            affinity_rank = 1
            and orders >= {{ var("category_min_orders") }}
            and lift >= {{ var("category_min_lift") }}
    ),

    value_counts as (
        {% for trait in traits %}
            select
                customer_id, '{{ trait }}' as trait, {{ trait }} as trait_value, count(*) as orders
            from purchases
            where {{ trait }} is not null
            group by customer_id, {{ trait }} {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    ranked_values as (
        select
            *,
            row_number() over (
                partition by customer_id, trait order by orders desc, trait_value asc
            ) as value_rank,
            lead(orders) over (
                partition by customer_id, trait order by orders desc, trait_value asc
            ) as orders_of_next,
            sum(orders) over (partition by customer_id, trait) as orders_with_trait
        from value_counts
    ),

    habits as (
        select
            customer_id
            {%- for trait in traits %}
                ,
                max(
                    case
                        when trait = '{{ trait }}'
                        then
                            case
                                when
                                    orders > coalesce(orders_of_next, 0)
                                    and 2 * orders >= orders_with_trait
                                then trait_value
                                else 'mixed'
                            end
                    end
                ) as {{ trait }},
                max(
                    case
                        when trait = '{{ trait }}'
                        then cast({{ exact_ratio("100 * orders", "orders_with_trait", 0) }} as int)
                    end
                ) as {{ trait }}_percent
            {%- endfor %}
        from ranked_values
        where value_rank = 1
        group by customer_id
    ),

    final as (
        select
            order_totals.customer_id,
            cast(order_totals.orders as bigint) as orders,
            cast(order_totals.discounted_orders as bigint) as discounted_orders,
            {{
                exact_ratio(
                    "100 * cast(order_totals.discount_amount * 100 as bigint)",
                    "cast(order_totals.gross_amount * 100 as bigint)",
                    2,
                )
            }} as discount_percent,
            cast(
                order_totals.median_days_between_orders as decimal(18, 1)
            ) as median_days_between_orders,
            cast(coalesce(product_totals.products, 0) as bigint) as products,
            cast(coalesce(category_totals.categories, 0) as bigint) as categories,
            affinities.category as affinity_category,
            affinities.lift as affinity_lift,
            affinities.orders as affinity_orders,
            cast(
                {{
                    exact_ratio(
                        "category_totals.percentile_orders", "category_totals.priced_orders", 0
                    )
                }} as int
            ) as spending_percentile,
            {%- for trait in traits %}
                habits.{{ trait }}, habits.{{ trait }}_percent {{- "," if not loop.last }}
            {%- endfor %}
        from order_totals
        left join category_totals on order_totals.customer_id = category_totals.customer_id
        left join product_totals on order_totals.customer_id = product_totals.customer_id
        left join affinities on order_totals.customer_id = affinities.customer_id
        left join habits on order_totals.customer_id = habits.customer_id
    )

select *
from final
