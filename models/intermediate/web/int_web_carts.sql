-- What became of each cart, seen from the end of as_of_date. The clock starts at the last change,
-- which is an item put in or taken out or a step of the checkout. A purchase by the person counts,
-- by whatever device, visit or shop it was made.
with
    contents as (select * from {{ ref("int_web_cart_contents") }}),

    purchases as (select * from {{ ref("int_web_purchases") }}),

    as_of as (select * from {{ ref("as_of") }}),

    carts_and_purchases as (
        select
            person_key,
            last_changed_at as happened_at,
            cart_id,
            cart_no,
            cast(null as timestamp) as purchased_at
        from contents
        union all
        select person_key, purchased_at as happened_at, null, null, purchased_at
        from purchases
    ),

    next_purchases as (
        select
            cart_id,
            cart_no,
            -- A range: a purchase at the very moment of the change is the next one, too.
            min(purchased_at) over (
                partition by person_key
                order by happened_at
                range between current row and unbounded following
            ) as purchased_at
        from carts_and_purchases
    ),

    carts as (
        select
            contents.*,
            coalesce(contents.own_purchased_at, next_purchases.purchased_at) as purchased_at,
            -- Who is at the checkout has something in the cart, though no item was seen.
            contents.items_left > 0 or contents.items_in = 0 as has_items,
            {{ next_day("as_of.as_of_date") }} as seen_until
        from contents
        cross join as_of
        left join
            next_purchases
            on contents.cart_id = next_purchases.cart_id
            and contents.cart_no = next_purchases.cart_no
    ),

    timed_carts as (
        select
            *,
            {{ microseconds_between("last_changed_at", "purchased_at") }} as wait_for_purchase,
            {{ microseconds_between("last_changed_at", "seen_until") }} as time_seen
        from carts
    ),

    carts_with_state as (
        select
            *,
            case
                when own_purchased_at is null and not has_items
                then 'emptied'
                when wait_for_purchase <= {{ (var("cart_abandoned_hours") * 3600000000) | int }}
                then 'converted'
                when
                    own_purchased_at is not null
                    or wait_for_purchase <= {{ (var("cart_recovery_days") * 86400000000) | int }}
                then 'recovered'
                when time_seen > {{ (var("cart_abandoned_hours") * 3600000000) | int }}
                then 'abandoned'
                else 'open'
            end as cart_state,
            has_items
            and coalesce(
                wait_for_purchase > {{ (var("cart_abandoned_service_hours") * 3600000000) | int }},
                time_seen > {{ (var("cart_abandoned_service_hours") * 3600000000) | int }}
            ) as is_abandoned_for_service
        from timed_carts
    ),

    final as (
        select
            cart_id,
            cart_no,
            customer_id,
            person_key,
            started_at,
            last_changed_at,
            items_in,
            items_out,
            items_left,
            products_left,
            value_left,
            checkout_started_at,
            checkout_step,
            cart_state,
            -- Whom a purchase since then has not made an old story.
            is_abandoned_for_service and purchased_at is null as needs_service,
            is_abandoned_for_service,
            case when cart_state <> 'emptied' then purchased_at end as purchased_at
        from carts_with_state
    )

select *
from final
