-- Products that customers buy with a product or in the order after it, in a category, or at all,
-- within rfm_window_days: which share of the customers who bought the one also bought the other.
-- Pairs of fewer than min_cell_customers customers are left out, and so are other products that
-- cannot be bought now; the past knew another stock. Few customers prove little:
-- next_product_prior_customers more are counted who buy like all customers, so that the lift of few
-- is near 1. Large orders have at most next_product_order_products products, drawn by hash, because
-- pairs grow with the square. The period `before` lacks the last next_product_test_days, for
-- next_product_test; it is not published. This is one file, because every share needs the buyers of
-- both sides.
with
    lines as (
        select
            window_lines.*,
            {{ dbt.datediff("window_lines.order_date", "as_of.as_of_date", "day") }}
            >= {{ var("next_product_test_days") }} as is_earlier
        from {{ ref("int_window_lines") }} as window_lines
        cross join {{ ref("as_of") }} as as_of
    ),

    customer_products as (
        select
            customer_id,
            product_id,
            min(coalesce(product_name, product_id)) as product_name,
            min(category) as category,
            bool_and(is_available) as is_available,
            bool_or(is_earlier) as is_earlier
        from lines
        group by customer_id, product_id
    ),

    period_products as (
        select 'now' as period, customer_products.*
        from customer_products
        union all
        select 'before', customer_products.*
        from customer_products
        where is_earlier
    ),

    product_buyers as (
        select
            period,
            product_id,
            min(product_name) as product_name,
            min(category) as category,
            bool_and(is_available) as is_available,
            count(*) as customers
        from period_products
        group by period, product_id
    ),

    -- A pair has no more customers than each of its products.
    pairable_products as (
        select product_id
        from product_buyers
        where period = 'now' and customers >= {{ var("min_cell_customers") }}
    ),

    order_products as (
        select distinct
            lines.customer_id, lines.order_id, lines.order_date, lines.is_earlier, lines.product_id
        from lines
        inner join pairable_products on lines.product_id = pairable_products.product_id
    ),

    numbered_products as (
        select
            *,
            row_number() over (
                partition by order_id
                order by
                    {{ hash_number("order_id || '|' || product_id", 1000000000) }} asc,
                    product_id asc
            ) as product_number
        from order_products
    ),

    drawn_products as (
        select *
        from numbered_products
        where product_number <= {{ var("next_product_order_products") }}
    ),

    following_orders as (
        select
            order_id,
            lead(order_id) over (
                partition by customer_id order by order_date, order_id
            ) as next_order_id
        from (select distinct customer_id, order_id, order_date from lines) as orders
    ),

    bought_pairs as (
        select
            one.customer_id,
            one.product_id as bought,
            other.product_id,
            other.is_earlier,
            1 as is_together,
            0 as is_next
        from drawn_products as one
        inner join
            drawn_products as other
            on one.order_id = other.order_id
            and one.product_id <> other.product_id
        union all
        select one.customer_id, one.product_id as bought, other.product_id, other.is_earlier, 0, 1
        from drawn_products as one
        inner join following_orders on one.order_id = following_orders.order_id
        inner join
            drawn_products as other
            on following_orders.next_order_id = other.order_id
            and one.product_id <> other.product_id
    ),

    customer_pairs as (
        select
            customer_id,
            bought,
            product_id,
            max(is_together) as is_together,
            max(is_next) as is_next,
            bool_or(is_earlier) as is_earlier
        from bought_pairs
        group by customer_id, bought, product_id
    ),

    pairs as (
        select
            bought,
            product_id,
            count(*) as customers,
            count(*) filter (where is_earlier) as earlier_customers,
            sum(is_together) as customers_together,
            sum(is_next) as customers_next
        from customer_pairs
        group by bought, product_id
        having count(*) >= {{ var("min_cell_customers") }}
    ),

    period_pairs as (
        select 'now' as period, bought, product_id, customers, customers_together, customers_next
        from pairs
        union all
        select 'before', bought, product_id, earlier_customers, null, null
        from pairs
    ),

    category_buyers as (
        select period, category, count(distinct customer_id) as customers
        from period_products
        group by period, category
    ),

    all_buyers as (
        select period, count(distinct customer_id) as customers from period_products group by period
    ),

    counted_pairs as (
        select
            period_pairs.period,
            'product' as bought_kind,
            period_pairs.bought,
            product_buyers.product_name as bought_label,
            period_pairs.product_id,
            period_pairs.customers,
            product_buyers.customers as buyers,
            period_pairs.customers_together,
            period_pairs.customers_next
        from period_pairs
        inner join
            product_buyers
            on period_pairs.period = product_buyers.period
            and period_pairs.bought = product_buyers.product_id
        union all
        select
            product_buyers.period,
            'category',
            product_buyers.category,
            product_buyers.category as bought_label,
            product_buyers.product_id,
            product_buyers.customers,
            category_buyers.customers as buyers,
            null,
            null
        from product_buyers
        inner join
            category_buyers
            on product_buyers.period = category_buyers.period
            and product_buyers.category = category_buyers.category
        union all
        select
            product_buyers.period,
            'anything',
            'anything',
            'anything' as bought_label,
            product_buyers.product_id,
            product_buyers.customers,
            all_buyers.customers as buyers,
            null,
            null
        from product_buyers
        inner join all_buyers on product_buyers.period = all_buyers.period
    ),

    -- Doubles in one order of steps are equal on every engine.
    weighed_pairs as (
        select
            counted_pairs.*,
            product_buyers.product_name,
            cast(product_buyers.customers as double) / all_buyers.customers as share_of_all,
            (
                counted_pairs.customers
                + {{ var("next_product_prior_customers") }}
                * cast(product_buyers.customers as double)
                / all_buyers.customers
            )
            / (counted_pairs.buyers + {{ var("next_product_prior_customers") }}) as share
        from counted_pairs
        inner join
            product_buyers
            on counted_pairs.period = product_buyers.period
            and counted_pairs.product_id = product_buyers.product_id
        inner join all_buyers on counted_pairs.period = all_buyers.period
        where
            counted_pairs.customers >= {{ var("min_cell_customers") }}
            and (product_buyers.is_available or counted_pairs.period = 'before')
    ),

    rounded_pairs as (
        select
            *,
            {{ rounded("100 * share", 2) }} as share_percent,
            {{ rounded("share / share_of_all", 2) }} as lift
        from weighed_pairs
    ),

    ranked_pairs as (
        select
            *,
            row_number() over (
                partition by period, bought_kind, bought
                order by share_percent desc, customers desc, product_id asc
            ) as association_rank
        from rounded_pairs
    ),

    product_associations as (
        select *
        from ranked_pairs
        where
            association_rank
            <= case bought_kind when 'product' then 5 when 'category' then 10 else 20 end
    ),

    final as (
        select
            cast(period as string) as period,
            cast(bought_kind as string) as bought_kind,
            cast(bought as string) as bought,
            cast(bought_label as string) as bought_label,
            cast(product_id as string) as product_id,
            cast(product_name as string) as product_name,
            cast(association_rank as int) as association_rank,
            cast(customers as bigint) as customers,
            cast(share_percent as decimal(5, 2)) as share_percent,
            cast(lift as decimal(18, 2)) as lift,
            cast(
                case
                    when
                        customers_together >= {{ var("min_cell_customers") }}
                        and customers_next >= {{ var("min_cell_customers") }}
                    then 'same or next order'
                    when customers_together >= {{ var("min_cell_customers") }}
                    then 'same order'
                    when customers_next >= {{ var("min_cell_customers") }}
                    then 'next order'
                end as string
            ) as bought_when
        from product_associations
    )

select *
from final
