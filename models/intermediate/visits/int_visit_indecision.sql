-- Indecision up to now, as int_archetype_indecisive has it of the days gone by: within
-- indecisive_days and one category many views of few products, one of them again and again, and
-- nothing put in a cart or bought. The category that shows it most counts.
with
    events as (
        select *
        from {{ ref("int_visit_events") }}
        where
            customer_id is not null
            and category is not null
            and product_id is not null
            and event_type in ('product_view', 'add_to_cart')
    ),

    purchases as (select * from {{ ref("int_visit_purchases") }}),

    products as (
        select
            customer_id,
            category,
            product_id,
            count(*) filter (where event_type = 'product_view') as product_views,
            count(*) filter (where event_type = 'add_to_cart') as adds,
            max(occurred_at) as last_viewed_at
        from events
        group by customer_id, category, product_id
    ),

    categories as (
        select
            customer_id,
            category,
            sum(product_views) as product_views,
            count(*) as products,
            max(product_views) as views_of_product,
            max(last_viewed_at) as last_viewed_at
        from products
        group by customer_id, category
        having sum(adds) = 0
    ),

    undecided_categories as (
        select
            categories.*,
            {{
                indecisive_membership(
                    "categories.product_views",
                    "categories.products",
                    "categories.views_of_product",
                )
            }} as membership
        from categories
        left join purchases on categories.customer_id = purchases.customer_id
        where purchases.customer_id is null
    ),

    ranked_categories as (
        select
            *,
            row_number() over (
                partition by customer_id order by membership desc, last_viewed_at desc, category asc
            ) as category_rank
        from undecided_categories
        where membership > 0
    ),

    final as (
        select
            customer_id,
            category,
            product_views,
            products,
            views_of_product,
            last_viewed_at,
            membership
        from ranked_categories
        where category_rank = 1
    )

select *
from final
