-- Current visit of a customer who may be profiled. A visit is current for service_visit_minutes
-- after its last event; a cart that has just become abandoned is shown for the same time. If
-- several states apply, the first of this order counts: abandoned cart, impulse, indecision, open
-- cart, browsing. A condition is met if its membership is at least 0.5, the membership at the
-- threshold. This is one file, because all states are of the same visit.
{% set minute = 60000000 %}
{% set abandoned_after = (var("cart_abandoned_service_hours") * 60 * minute) | int %}
{% set current_for = (var("service_visit_minutes") * minute) | int %}
with
    events as (
        select visit_events.*
        from {{ ref("int_visit_events") }} as visit_events
        left join
            {{ ref("int_profiling_objections") }} as objections
            on visit_events.customer_id = objections.customer_id
        where visit_events.customer_id is not null and objections.customer_id is null
    ),

    product_visits as ({{ product_visits("events") }}),

    product_visits_with_seconds as (
        select *, {{ view_to_add_seconds() }} as view_to_add_seconds from product_visits
    ),

    visit_products as (
        select
            session_key,
            {{ sorted_list("product_id") }} as visit_products,
            count(*) filter (where adds > 0) as products_added,
            median(view_to_add_seconds) as median_view_to_add_seconds
        from product_visits_with_seconds
        group by session_key
    ),

    visits as (
        select
            customer_id,
            session_key,
            max(now_at) as now_at,
            min(occurred_at) as started_at,
            max(occurred_at) as last_event_at,
            count(*) as events,
            min(case when event_type = 'purchase' then occurred_at end) as purchased_at,
            row_number() over (
                partition by customer_id order by max(occurred_at) desc, session_key desc
            ) as last_rank
        from events
        group by customer_id, session_key
    ),

    last_visits as (
        select
            visits.customer_id,
            visits.last_event_at,
            visits.events,
            visit_products.visit_products,
            visit_products.products_added,
            visit_products.median_view_to_add_seconds,
            shopping.products_left,
            shopping.cart_products,
            shopping.has_items
            and shopping.own_purchased_at is null
            and coalesce(
                shopping.last_purchased_at < shopping.cart_changed_at, true
            ) as has_open_cart,
            {{ microseconds_between("shopping.cart_changed_at", "visits.now_at") }} as cart_age,
            {{ microseconds_between("visits.last_event_at", "visits.now_at") }} as visit_age,
            {{ microseconds_between("visits.started_at", "visits.last_event_at") }} as duration,
            -- Customers without an order may still place one.
            {{
                whole_quotient(
                    microseconds_between(
                        "visits.started_at", "coalesce(visits.purchased_at, visits.now_at)"
                    ),
                    1000000,
                )
            }} as seconds_to_order,
            shopping.category,
            shopping.product_views,
            shopping.products,
            -- Only if the current visit is about the category.
            case
                when shopping.last_viewed_at >= visits.started_at
                then shopping.indecisive_membership
            end as indecisive_membership
        from visits
        left join visit_products on visits.session_key = visit_products.session_key
        left join
            {{ ref("int_visit_shopping") }} as shopping on visits.customer_id = shopping.customer_id
        where visits.last_rank = 1
    ),

    visits_with_state as (
        select
            last_visits.*,
            {{ whole_quotient("last_visits.cart_age", minute) }} as cart_minutes,
            {{ whole_quotient("last_visits.duration", minute) }} as visit_minutes,
            case
                when
                    last_visits.has_open_cart
                    and last_visits.cart_age > {{ abandoned_after }}
                    and last_visits.cart_age <= {{ abandoned_after + current_for }}
                then 'abandoned_cart'
                when last_visits.visit_age > {{ current_for }}
                then null
                when
                    {{
                        impulsive_membership(
                            "last_visits.products_added",
                            "last_visits.median_view_to_add_seconds",
                            "last_visits.seconds_to_order",
                        )
                    }} >= 0.5
                then 'impulsive'
                when last_visits.indecisive_membership >= 0.5
                then 'indecisive'
                when last_visits.has_open_cart
                then 'open_cart'
                else 'browsing'
            end as visit_state
        from last_visits
        cross join {{ ref("archetype_thresholds") }} as thresholds
    ),

    final as (
        select
            customer_id,
            visit_state,
            case
                visit_state
                when 'impulsive'
                then
                    {{
                        sentence(
                            "{products_added} products put in the cart, half of them within "
                        )
                    }}
                    || {{ sentence("{" ~ rounded("median_view_to_add_seconds", 0) ~ "} seconds") }}
                    || {{ sentence(" of seeing them, in a visit of {visit_minutes} minutes") }}
                when 'indecisive'
                then
                    {{ sentence("{category}: {product_views} views of {products} products in ") }}
                    || '{{ var("indecisive_days") }} days up to now, none put in the cart'
                when 'browsing'
                then {{ sentence("events of the visit: {events}, in minutes: {visit_minutes}") }}
                -- Reason of an abandoned or open cart.
                else
                    case
                        when products_left > 0
                        then {{ sentence("products in the cart: {products_left}") }}
                        else 'at the checkout'
                    end
                    || {{ sentence(", minutes since the last change: {cart_minutes}, not bought") }}
            end as visit_reason,
            last_event_at,
            visit_products,
            case when has_open_cart then cart_products end as cart_products
        from visits_with_state
        where visit_state is not null
    )

select *
from final
