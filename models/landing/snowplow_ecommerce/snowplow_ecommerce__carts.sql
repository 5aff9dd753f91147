-- The cart of each event. If the tracker gives no id, a cart begins when a product is added and
-- the cart's value is at most the value of that product: the cart was empty before. Its key is
-- that event. Before a visitor's first beginning there is no key.
with
    actions as (
        select *
        from {{ ref("snowplow_ecommerce__actions") }}
        where event_type in ('add_to_cart', 'remove_from_cart', 'checkout_step', 'purchase')
    ),

    amounts as (
        select event_id, sum(price * coalesce(quantity, 1)) as amount
        from {{ ref("snowplow_ecommerce__action_products") }}
        group by event_id
    ),

    beginnings as (
        select
            actions.event_id,
            actions.event_type,
            actions.occurred_at,
            actions.cart_id,
            coalesce(actions.visitor_id, actions.session_id, actions.event_id) as visitor,
            coalesce(
                actions.event_type = 'add_to_cart' and amounts.amount = actions.cart_value, false
            ) as is_beginning
        from actions
        left join amounts on actions.event_id = amounts.event_id
    ),

    numbered_carts as (
        select
            *,
            sum(case when is_beginning then 1 else 0 end) over (
                partition by visitor
                order by occurred_at, event_id
                rows between unbounded preceding and current row
            ) as cart_number
        from beginnings
    ),

    final as (
        select
            event_id,
            coalesce(
                cart_id,
                case
                    when cart_number > 0
                    then
                        first_value(event_id) over (
                            partition by visitor, cart_number
                            order by occurred_at, event_id
                            rows between unbounded preceding and current row
                        )
                end
            ) as cart_id
        from numbered_carts
    )

select *
from final
