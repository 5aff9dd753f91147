-- The web columns of customer_features, together.
with
    visits as (select * from {{ ref("int_customer_visits") }}),

    carts as (select * from {{ ref("int_customer_carts") }}),

    outcomes as (select * from {{ ref("int_web_session_outcomes") }}),

    journeys as (select * from {{ ref("int_web_journeys") }} where purchased_at is not null),

    browsing as (
        select
            customer_id,
            count(*) filter (where product_views > 0) as product_view_sessions,
            count(*) filter (where is_browse_abandoned) as browse_abandonments
        from outcomes
        group by customer_id
    ),

    purchase_times as (
        select
            customer_id,
            count(*) as journeys_to_purchase,
            median(seconds_to_purchase) as median_seconds_to_purchase
        from journeys
        group by customer_id
    ),

    final as (
        select
            visits.customer_id,
            visits.sessions,
            visits.engaged_sessions,
            visits.window_sessions,
            visits.window_engaged_sessions,
            visits.pages_viewed,
            visits.product_views,
            visits.demo_requests,
            visits.last_demo_date,
            visits.mobile_sessions,
            visits.desktop_sessions,
            visits.tablet_sessions,
            visits.first_touch_channel,
            visits.first_touch_source,
            visits.first_touch_campaign,
            visits.first_touch_promotion_id,
            visits.first_touch_date,
            visits.last_touch_channel,
            visits.last_touch_source,
            visits.last_touch_campaign,
            visits.last_touch_promotion_id,
            visits.last_touch_date,
            visits.last_session_key,
            visits.last_session_started_at,
            visits.last_session_ended_at,
            visits.last_session_pages_viewed,
            visits.last_session_products_viewed,
            visits.last_session_main_category,
            visits.last_session_main_product_id,
            visits.last_session_adds,
            visits.last_session_checkout_step,
            visits.last_session_order_id,
            visits.last_session_device_type,
            visits.last_session_acquisition_channel,
            case
                when visits.mobile_sessions + visits.desktop_sessions + visits.tablet_sessions = 0
                then null
                when
                    visits.mobile_sessions
                    >= greatest(visits.desktop_sessions, visits.tablet_sessions)
                then 'mobile'
                when visits.desktop_sessions >= visits.tablet_sessions
                then 'desktop'
                else 'tablet'
            end as most_used_device,
            coalesce(browsing.product_view_sessions, 0) as product_view_sessions,
            coalesce(browsing.browse_abandonments, 0) as browse_abandonments,
            purchase_times.journeys_to_purchase,
            purchase_times.median_seconds_to_purchase,
            {% for column in [
                "carts",
                "converted_carts",
                "recovered_carts",
                "abandoned_carts",
                "emptied_carts",
                "window_abandoned_carts",
                "checkouts",
                "completed_checkouts",
                "abandoned_checkouts",
            ] -%}
                coalesce(carts.{{ column }}, 0) as {{ column }},
            {% endfor -%}
            carts.last_cart_state,
            carts.last_cart_changed_at,
            carts.last_cart_items,
            carts.last_cart_value,
            coalesce(carts.has_cart_to_serve, false) as has_cart_to_serve
        from visits
        left join carts on visits.customer_id = carts.customer_id
        left join browsing on visits.customer_id = browsing.customer_id
        left join purchase_times on visits.customer_id = purchase_times.customer_id
    )

select *
from final
