-- Shopping of a customer in all recent visits up to now: the last cart, as in int_customer_web;
-- the last purchase within indecisive_days, online or not; and the category with the highest
-- indecision, as in int_web_archetypes. Buyers are not indecisive.
with
    events as (select * from {{ ref("int_visit_events") }} where customer_id is not null),

    purchases as (select * from {{ ref("int_web_purchases") }} where customer_id is not null),

    customers as (select customer_id, max(now_at) as now_at from events group by customer_id),

    {{ with_cart_contents("events") }},

    ranked_carts as (
        select
            *,
            row_number() over (
                partition by customer_id order by last_changed_at desc, cart_id desc, cart_no desc
            ) as last_rank
        from cart_contents
    ),

    all_purchases as (
        select customer_id, occurred_at as purchased_at
        from events
        where event_type = 'purchase'
        union all
        select customer_id, purchased_at
        from purchases
    ),

    last_purchases as (
        select customers.customer_id, max(all_purchases.purchased_at) as last_purchased_at
        from customers
        inner join all_purchases on customers.customer_id = all_purchases.customer_id
        where
            {{ microseconds_between("all_purchases.purchased_at", "customers.now_at") }}
            < {{ (var("indecisive_days") * 86400000000) | int }}
        group by customers.customer_id
    ),

    products as (
        select
            customer_id,
            category,
            product_id,
            count(*) filter (where event_type = 'product_view') as product_views,
            count(*) filter (where event_type = 'add_to_cart') as adds,
            max(occurred_at) as last_viewed_at
        from events
        where
            category is not null
            and product_id is not null
            and event_type in ('product_view', 'add_to_cart')
        group by customer_id, category, product_id
    ),

    undecided_categories as (
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

    categories_with_membership as (
        select
            undecided_categories.*,
            {{
                indecisive_membership(
                    "undecided_categories.product_views",
                    "undecided_categories.products",
                    "undecided_categories.views_of_product",
                )
            }} as membership
        from undecided_categories
        cross join {{ ref("archetype_thresholds") }} as thresholds
    ),

    ranked_categories as (
        select
            *,
            row_number() over (
                partition by customer_id order by membership desc, last_viewed_at desc, category asc
            ) as category_rank
        from categories_with_membership
        where membership > 0
    ),

    -- One category each, of customers without a purchase.
    unbought_categories as (
        select ranked_categories.*
        from ranked_categories
        left join last_purchases on ranked_categories.customer_id = last_purchases.customer_id
        where ranked_categories.category_rank = 1 and last_purchases.customer_id is null
    ),

    final as (
        select
            customers.customer_id,
            ranked_carts.last_changed_at as cart_changed_at,
            ranked_carts.products_left,
            ranked_carts.product_ids as cart_products,
            ranked_carts.own_purchased_at,
            -- A checkout without any seen item counts as a cart with items.
            ranked_carts.items_left > 0 or ranked_carts.items_in = 0 as has_items,
            last_purchases.last_purchased_at,
            unbought_categories.category,
            unbought_categories.product_views,
            unbought_categories.products,
            unbought_categories.last_viewed_at,
            unbought_categories.membership as indecisive_membership
        from customers
        left join
            ranked_carts
            on customers.customer_id = ranked_carts.customer_id
            and ranked_carts.last_rank = 1
        left join last_purchases on customers.customer_id = last_purchases.customer_id
        left join unbought_categories on customers.customer_id = unbought_categories.customer_id
    )

select *
from final
