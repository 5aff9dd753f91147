-- Carts with their contents and state at the end of as_of_date. The clock starts at the last
-- change: an item added or removed, or a step of the checkout. Any purchase by the person counts,
-- whatever the device, visit or shop. This is one file, because the state follows from the
-- contents and the next purchase of one cart.
{% set contents = [
    "cart_id",
    "cart_no",
    "customer_id",
    "last_changed_at",
    "items_in",
    "items_left",
    "value_left",
    "product_ids",
    "checkout_started_at",
    "own_purchased_at",
] %}
with
    events_with_customer as (
        select events.*, sessions.customer_id
        from {{ ref("int_web_events") }} as events
        inner join
            {{ ref("int_web_sessions") }} as sessions on events.session_key = sessions.session_key
    ),

    {{ with_cart_contents("events_with_customer") }},

    -- One timeline instead of a join: Spark would compute the contents twice.
    carts_and_purchases as (
        select
            {{ contents | join(", ") }},
            person_key,
            last_changed_at as happened_at,
            cast(null as timestamp) as purchased_at
        from cart_contents
        union all
        select
            {{ "null, " * (contents | length) }} person_key,
            purchased_at as happened_at,
            purchased_at
        from {{ ref("int_web_purchases") }}
    ),

    happenings as (
        select
            *,
            -- A range, because a purchase at the time of the change counts as the next one.
            min(purchased_at) over (
                partition by person_key
                order by happened_at
                range between current row and unbounded following
            ) as next_purchased_at
        from carts_and_purchases
    ),

    carts as (
        select
            {% for column in contents %} happenings.{{ column }}, {% endfor %}
            coalesce(happenings.own_purchased_at, happenings.next_purchased_at) as purchased_at,
            -- A checkout without any seen item counts as a cart with items.
            happenings.items_left > 0 or happenings.items_in = 0 as has_items,
            {{ next_day("as_of.as_of_date") }} as seen_until
        from happenings
        cross join {{ ref("as_of") }} as as_of
        where happenings.cart_id is not null
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
            end as cart_state
        from timed_carts
    ),

    final as (
        select
            cart_id,
            cart_no,
            customer_id,
            last_changed_at,
            items_in,
            items_left,
            value_left,
            product_ids,
            checkout_started_at,
            own_purchased_at,
            cart_state,
            has_items
            and purchased_at is null
            and time_seen
            > {{ (var("cart_abandoned_service_hours") * 3600000000) | int }} as needs_service,
            case when cart_state <> 'emptied' then purchased_at end as purchased_at
        from carts_with_state
    )

select *
from final
