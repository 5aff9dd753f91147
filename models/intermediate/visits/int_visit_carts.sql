-- The last cart of each customer, as in int_customer_carts: who has begun another one has left
-- the first behind.
with
    events as (select * from {{ ref("int_visit_events") }} where customer_id is not null),

    {{ with_cart_contents("events") }},

    ranked_carts as (
        select
            *,
            row_number() over (
                partition by customer_id order by last_changed_at desc, cart_id desc, cart_no desc
            ) as last_rank
        from cart_contents
    ),

    final as (
        select
            customer_id,
            cart_id,
            last_changed_at,
            products_left,
            own_purchased_at,
            -- Who is at the checkout has something in the cart, though no item was seen.
            items_left > 0 or items_in = 0 as has_items
        from ranked_carts
        where last_rank = 1
    )

select *
from final
