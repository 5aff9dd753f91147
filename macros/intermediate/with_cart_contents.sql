{#- Contents of each cart, as the CTE cart_contents. A cart lasts from its first item to its
    purchase; if the tracker uses the key again, that is another cart. If a cart has no key, the
    session is the cart. `relation` has events with their session_key, visitor_key and
    customer_id. -#}
{%- macro with_cart_contents(relation) -%}
    -- Other events at the time of a purchase come before the purchase.
    cart_events as (
        select
            event_id,
            occurred_at,
            event_type,
            visitor_key,
            customer_id,
            coalesce(cart_id, session_key) as cart_id,
            product_id,
            quantity,
            unit_price,
            coalesce(
                sum(case when event_type = 'purchase' then 1 else 0 end) over (
                    partition by coalesce(cart_id, session_key)
                    order by
                        occurred_at, case when event_type = 'purchase' then 1 else 0 end, event_id
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as cart_no
        from {{ relation }}
        where event_type in ('add_to_cart', 'remove_from_cart', 'checkout_step', 'purchase')
    ),

    -- A missing quantity is 1. If more is taken out than was put in, nothing is left.
    cart_products as (
        select
            cart_id,
            cart_no,
            product_id,
            min(customer_id) as customer_id,
            min(visitor_key) as visitor_key,
            max(case when event_type <> 'purchase' then occurred_at end) as last_changed_at,
            sum(
                case when event_type = 'add_to_cart' then coalesce(quantity, 1) else 0 end
            ) as items_in,
            sum(
                case when event_type = 'remove_from_cart' then coalesce(quantity, 1) else 0 end
            ) as items_out,
            max(unit_price) as unit_price,
            min(case when event_type = 'checkout_step' then occurred_at end) as checkout_started_at,
            min(case when event_type = 'purchase' then occurred_at end) as own_purchased_at
        from cart_events
        group by cart_id, cart_no, product_id
    ),

    cart_contents as (
        select
            cart_id,
            cart_no,
            min(customer_id) as customer_id,
            coalesce(min(customer_id), min(visitor_key)) as person_key,
            max(last_changed_at) as last_changed_at,
            sum(items_in) as items_in,
            sum(greatest(items_in - items_out, 0)) as items_left,
            count(*) filter (where items_in > items_out) as products_left,
            {{ sorted_list("case when items_in > items_out then product_id end") }} as product_ids,
            -- 19 digits in one factor, as in in_reporting_currency.
            cast(
                round(
                    sum(
                        cast(greatest(items_in - items_out, 0) as decimal(19, 3))
                        * coalesce(unit_price, 0)
                    ),
                    2
                ) as decimal(18, 2)
            ) as value_left,
            min(checkout_started_at) as checkout_started_at,
            min(own_purchased_at) as own_purchased_at
        from cart_products
        group by cart_id, cart_no
        -- A purchase without items, or items taken out after it, are no cart.
        having sum(items_in) > 0 or min(checkout_started_at) is not null
    )
{%- endmacro -%}
