-- Visits and shopping on the web. A customer without a recognised visit is unknown, because they
-- may have come unrecognised. Ten segmentations of one visitor are one thing: the file is long.
with
    bands as (select * from {{ ref("segment_bands") }}),

    customers as (
        select
            features.*,
            features.mobile_sessions
            + features.desktop_sessions
            + features.tablet_sessions as device_sessions,
            greatest(
                features.mobile_sessions, features.desktop_sessions, features.tablet_sessions
            ) as main_device_sessions,
            {{ dbt.datediff("features.last_demo_date", "as_of.as_of_date", "day") }}
            as days_since_demo,
            {{ dbt.datediff("features.last_interaction_date", "as_of.as_of_date", "day") }}
            as days_since_interaction,
            features.converted_carts + features.recovered_carts as purchased_carts,
            features.converted_carts
            + features.recovered_carts
            + features.abandoned_carts
            + features.emptied_carts as decided_carts,
            features.product_view_sessions
            - features.open_browsing_sessions as decided_browsing_sessions,
            cast(floor(features.median_seconds_to_purchase / 86400) as int) as days_to_purchase
        from {{ ref("customer_features") }} as features
        cross join {{ ref("as_of") }} as as_of
    ),

    banded_customers as (
        select
            customers.*,
            web_engagement_bands.segment as engagement_band,
            demo_interest_bands.segment as demo_band,
            last_interaction_bands.segment as last_interaction,
            time_to_purchase_bands.segment as purchase_band
        from customers
        left join
            bands as web_engagement_bands
            on {{ in_band("web_engagement", "customers.web_window_engaged_sessions") }}
        left join
            bands as demo_interest_bands
            on {{ in_band("demo_interest", "customers.days_since_demo") }}
        left join
            bands as last_interaction_bands
            on {{ in_band("last_interaction", "customers.days_since_interaction") }}
        left join
            bands as time_to_purchase_bands
            on {{ in_band("time_to_purchase", "customers.days_to_purchase") }}
    ),

    labelled_customers as (
        select
            *,
            case
                when web_sessions = 0
                then null
                when web_window_sessions = 0
                then 'inactive'
                else engagement_band
            end as web_engagement,
            case
                when web_sessions = 0
                then null
                when demo_requests = 0
                then 'no_request'
                else demo_band
            end as demo_interest,
            case
                when device_sessions = 0
                then null
                -- Less than 70 percent of visits, in whole numbers.
                when main_device_sessions * 10 < device_sessions * 7
                then 'multi_device'
                else most_used_device
            end as device,
            case
                when web_sessions = 0
                then null
                when product_view_sessions = 0
                then 'no_product_viewed'
                when decided_browsing_sessions = 0
                then 'open_browsing'
                when {{ is_habit("browse_abandonments", "decided_browsing_sessions") }}
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
                when window_abandoned_carts >= 3
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
            case
                when web_window_sessions = 0
                then {{ sentence("last visit {last_session_date}") }}
                else
                    {{ sentence("{web_window_engaged_sessions} of {web_window_sessions} visits") }}
                    || ' engaged in {{ var("web_window_days") }} days'
            end as engagement_evidence,
            case
                when demo_requests = 0
                then 'no demo requested'
                else {{ sentence("demo requested {last_demo_date}") }}
            end as demo_evidence,
            case
                when first_touch_is_recorded
                then 'recorded by the CRM'
                else
                    concat_ws(
                        ', ', {{ sentence("first visit {first_touch_date}") }}, first_touch_campaign
                    )
            end as first_touch_evidence,
            concat_ws(
                ', ', {{ sentence("visit {last_touch_date}") }}, last_touch_campaign
            ) as last_touch_evidence,
            {{ sentence("{main_device_sessions} of {device_sessions} visits by ") }}
            || most_used_device as device_evidence,
            {{ sentence("{last_interaction_source} on {last_interaction_date}") }}
            as interaction_evidence,
            case
                when product_view_sessions > 0 and decided_browsing_sessions = 0
                then {{ sentence("{open_browsing_sessions} visits to products, not decided yet") }}
                else
                    {{ sentence("{browse_abandonments} of {decided_browsing_sessions} visits") }}
                    || ' to products without a cart or a purchase'
            end as browse_evidence,
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
                "web_engagement": "engagement_evidence",
                "demo_interest": "demo_evidence",
                "first_touch_channel": "first_touch_evidence",
                "last_touch_channel": "last_touch_evidence",
                "device": "device_evidence",
                "last_interaction": "interaction_evidence",
                "browse_behaviour": "browse_evidence",
                "cart_behaviour": "cart_evidence",
                "checkout_behaviour": "checkout_evidence",
                "time_to_purchase": "time_evidence",
            },
            missing_segment="'unknown'",
            missing_reason="case when web_sessions = 0 then 'not seen on the web' "
            ~ "else 'not told by the tracker' end",
        )
    }}

select *
from final
