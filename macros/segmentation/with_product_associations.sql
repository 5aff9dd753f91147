{#- CTEs from purchased lines (customer_id, order_id, order_date, product_id, category) to
    `product_associations`: which share of the customers who bought a product, bought in a category
    or bought anything also bought another product. For a product, the other one is in the same
    order or in the customer's next one. Pairs of fewer than min_cell_customers customers are left
    out. Few customers prove little: next_product_prior_customers more are counted who buy like all
    customers, so that the lift of few is near 1. Large orders have at most
    next_product_order_products products, drawn by hash, because pairs grow with the square. -#}
{%- macro with_product_associations(lines) -%}
    customer_products as (
        select customer_id, product_id, min(category) as category
        from {{ lines }}
        group by customer_id, product_id
    ),

    order_products as (
        select distinct customer_id, order_id, order_date, product_id from {{ lines }}
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
        from (select distinct customer_id, order_id, order_date from order_products) as orders
    ),

    bought_pairs as (
        select
            one.customer_id,
            one.product_id as bought,
            other.product_id,
            1 as is_together,
            0 as is_next
        from drawn_products as one
        inner join
            drawn_products as other
            on one.order_id = other.order_id
            and one.product_id <> other.product_id
        union all
        select one.customer_id, one.product_id as bought, other.product_id, 0, 1
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
            max(is_next) as is_next
        from bought_pairs
        group by customer_id, bought, product_id
    ),

    pairs as (
        select
            bought,
            product_id,
            count(*) as customers,
            sum(is_together) as customers_together,
            sum(is_next) as customers_next
        from customer_pairs
        group by bought, product_id
        having count(*) >= {{ var("min_cell_customers") }}
    ),

    product_buyers as (
        select product_id, min(category) as category, count(*) as customers
        from customer_products
        group by product_id
    ),

    category_buyers as (
        select category, count(distinct customer_id) as customers
        from customer_products
        group by category
    ),

    all_buyers as (select count(distinct customer_id) as customers from customer_products),

    counted_pairs as (
        select
            'product' as bought_kind,
            pairs.bought,
            pairs.product_id,
            pairs.customers,
            product_buyers.customers as buyers,
            pairs.customers_together,
            pairs.customers_next
        from pairs
        inner join product_buyers on pairs.bought = product_buyers.product_id
        union all
        select
            'category',
            product_buyers.category,
            product_buyers.product_id,
            product_buyers.customers,
            category_buyers.customers as buyers,
            null,
            null
        from product_buyers
        inner join category_buyers on product_buyers.category = category_buyers.category
        union all
        select
            'anything',
            'anything',
            product_buyers.product_id,
            product_buyers.customers,
            all_buyers.customers as buyers,
            null,
            null
        from product_buyers
        cross join all_buyers
    ),

    -- Doubles in one order of steps are equal on every engine.
    weighed_pairs as (
        select
            counted_pairs.*,
            cast(product_buyers.customers as double) / all_buyers.customers as share_of_all,
            (
                counted_pairs.customers
                + {{ var("next_product_prior_customers") }}
                * cast(product_buyers.customers as double)
                / all_buyers.customers
            )
            / (counted_pairs.buyers + {{ var("next_product_prior_customers") }}) as share
        from counted_pairs
        inner join product_buyers on counted_pairs.product_id = product_buyers.product_id
        cross join all_buyers
        where counted_pairs.customers >= {{ var("min_cell_customers") }}
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
                partition by bought_kind, bought
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
    )
{%- endmacro -%}
