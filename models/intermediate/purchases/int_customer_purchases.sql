-- How, what and at which prices a customer buys, within the window of RFM.
with
    purchases as (select * from {{ ref("int_window_purchases") }}),

    lines as (select * from {{ ref("int_window_lines") }}),

    categories as (select * from {{ ref("int_customer_categories") }}),

    habits as (select * from {{ ref("int_customer_purchase_habits") }}),

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
            -- Of whole days: at most half a day, which a double holds exactly.
            median(days_since_previous) as median_days_between_orders
        from purchases_with_gap
        group by customer_id
    ),

    category_totals as (
        select
            customer_id,
            count(*) as categories,
            -- Weighted by purchases: where somebody usually buys counts most.
            sum(orders * price_percentile) as percentile_orders,
            sum(orders) filter (where price_percentile is not null) as priced_orders
        from categories
        group by customer_id
    ),

    products as (select distinct customer_id, product_id from lines),

    product_totals as (select customer_id, count(*) as products from products group by customer_id),

    affinities as (
        select *
        from categories
        where
            affinity_rank = 1
            and orders >= {{ var("category_min_orders") }}
            and lift >= {{ var("category_min_lift") }}
    ),

    habit_columns as (
        select
            customer_id
            {%- for trait in ["channel", "payment_method", "intent"] %}
                ,
                max(
                    case
                        when trait = '{{ trait }}'
                        then case when is_habit then most_frequent_value else 'mixed' end
                    end
                ) as {{ trait }},
                max(case when trait = '{{ trait }}' then order_percent end) as {{ trait }}_percent
            {%- endfor %}
        from habits
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
            {%- for trait in ["channel", "payment_method", "intent"] %}
                habit_columns.{{ trait }},
                habit_columns.{{ trait }}_percent
                {{- "," if not loop.last }}
            {%- endfor %}
        from order_totals
        left join category_totals on order_totals.customer_id = category_totals.customer_id
        left join product_totals on order_totals.customer_id = product_totals.customer_id
        left join affinities on order_totals.customer_id = affinities.customer_id
        left join habit_columns on order_totals.customer_id = habit_columns.customer_id
    )

select *
from final
