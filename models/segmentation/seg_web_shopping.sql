-- How a customer shops on the web: browsing, cart, checkout and the time to the purchase. Who was
-- never seen there is unknown.
with
    features as (select * from {{ ref("customer_features") }}),

    bands as (select * from {{ ref("time_to_purchase_bands") }}),

    customers as (
        select
            *,
            converted_carts + recovered_carts as purchased_carts,
            converted_carts + recovered_carts + abandoned_carts + emptied_carts as decided_carts,
            cast(floor(median_seconds_to_purchase / 86400) as int) as days_to_purchase
        from features
    ),

    banded_customers as (
        select customers.*, bands.segment as purchase_band
        from customers
        left join bands on customers.days_to_purchase between bands.min_days and bands.max_days
    ),

    labelled_customers as (
        select
            *,
            case
                when web_sessions = 0
                then null
                when product_view_sessions = 0
                then 'no_product_viewed'
                when {{ is_habit("browse_abandonments", "product_view_sessions") }}
                then 'browse_abandoner'
                else 'browse_converter'
            end as browse_behaviour,
            case
                when web_sessions = 0
                then null
                when carts = 0
                then 'no_cart'
                when decided_carts = 0
                then 'open_cart'
                when window_abandoned_carts >= {{ var("serial_abandonments") }}
                then 'serial_abandoner'
                when {{ is_habit("abandoned_carts", "carts") }}
                then 'abandoner'
                when purchased_carts = 0 and abandoned_carts >= emptied_carts
                then 'abandoner'
                when {{ is_habit("emptied_carts", "carts") }} or purchased_carts = 0
                then 'emptier'
                when recovered_carts > converted_carts
                then 'recoverer'
                else 'completer'
            end as cart_behaviour,
            case
                when web_sessions = 0
                then null
                when checkouts = 0
                then 'no_checkout'
                when {{ is_habit("abandoned_checkouts", "checkouts") }}
                then 'checkout_abandoner'
                when completed_checkouts = 0
                then 'open_checkout'
                else 'checkout_completer'
            end as checkout_behaviour,
            case
                when web_sessions = 0
                then null
                when days_to_purchase is null
                then 'no_purchase'
                else purchase_band
            end as time_to_purchase
        from banded_customers
    ),

    customers_with_evidence as (
        select
            *,
            {{ sentence("{browse_abandonments} of {product_view_sessions} visits to products") }}
            || ' without a cart or a purchase' as browse_evidence,
            {{ sentence("{carts} carts: {converted_carts} bought, {recovered_carts} recovered, ") }}
            || {{ sentence("{abandoned_carts} abandoned, {emptied_carts} emptied") }}
            as cart_evidence,
            {{ sentence("{completed_checkouts} of {checkouts} checkouts completed") }}
            as checkout_evidence,
            case
                when days_to_purchase is null
                then 'no purchase after a visit'
                else
                    {{ sentence("purchase {days_to_purchase} days after the first visit") }}
                    || {{ sentence(", median of {journeys_to_purchase}") }}
            end as time_evidence
        from labelled_customers
    ),

    {{
        segments_from_labels(
            "customers_with_evidence",
            evidence={
                "browse_behaviour": "browse_evidence",
                "cart_behaviour": "cart_evidence",
                "checkout_behaviour": "checkout_evidence",
                "time_to_purchase": "time_evidence",
            },
            missing_segment="'unknown'",
            missing_reason="'not seen on the web'",
        )
    }}

select *
from final
