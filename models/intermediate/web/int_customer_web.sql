-- All features of the web for a customer: visits, journeys and carts. This is one file, because
-- they are columns of one row per customer.
with
    carts as (select * from {{ ref("int_web_carts") }} where customer_id is not null),

    outcomes as (select * from {{ ref("int_web_session_outcomes") }}),

    journeys as (
        select customer_id, journey_no, max(seconds_to_purchase) as seconds_to_purchase
        from outcomes
        where is_of_journey and next_purchased_at is not null
        group by customer_id, journey_no
    ),

    browsing as (
        select
            customer_id,
            count(*) filter (where product_views > 0) as product_view_sessions,
            count(*) filter (where is_browse_abandoned) as browse_abandonments,
            count(*) filter (where is_browse_open) as open_browsing_sessions
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

    ranked_carts as (
        select
            carts.*,
            carts.checkout_started_at is not null as has_checkout,
            {{ dbt.datediff("carts.last_changed_at", "as_of.as_of_date", "day") }}
            < {{ var("web_window_days") }} as is_in_window,
            case
                when carts.items_left > 0 and carts.purchased_at is null
                then {{ dbt.datediff("carts.last_changed_at", "as_of.as_of_date", "day") }}
            end as waits_days,
            row_number() over (
                partition by carts.customer_id
                order by carts.last_changed_at desc, carts.cart_id desc, carts.cart_no desc
            ) as last_rank
        from carts
        cross join {{ ref("as_of") }} as as_of
    ),

    cart_totals as (
        select
            customer_id,
            count(*) as carts,
            count(*) filter (where cart_state = 'converted') as converted_carts,
            count(*) filter (where cart_state = 'recovered') as recovered_carts,
            count(*) filter (where cart_state = 'abandoned') as abandoned_carts,
            count(*) filter (where cart_state = 'emptied') as emptied_carts,
            count(*) filter (
                where cart_state = 'abandoned' and is_in_window
            ) as window_abandoned_carts,
            count(*) filter (where has_checkout) as checkouts,
            count(*) filter (
                where has_checkout and cart_state in ('converted', 'recovered')
            ) as completed_checkouts,
            count(*) filter (
                where has_checkout and cart_state in ('abandoned', 'emptied')
            ) as abandoned_checkouts,
            max(case when last_rank = 1 then cart_state end) as last_cart_state,
            max(case when last_rank = 1 then last_changed_at end) as last_cart_changed_at,
            max(case when last_rank = 1 then items_left end) as last_cart_items,
            max(case when last_rank = 1 then value_left end) as last_cart_value,
            max(case when last_rank = 1 then product_ids end) as last_cart_products,
            max(case when last_rank = 1 then waits_days end) as cart_waits_days,
            -- Abandoned for service, and nothing bought since.
            bool_or(needs_service and last_rank = 1) as has_cart_to_serve
        from ranked_carts
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
            visits.first_touch_campaign,
            visits.first_touch_date,
            visits.last_touch_channel,
            visits.last_touch_campaign,
            visits.last_touch_date,
            visits.last_session_ended_at,
            visits.last_session_pages_viewed,
            visits.last_session_products_viewed,
            visits.last_session_main_category,
            visits.last_session_adds,
            visits.last_session_checkout_step,
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
            coalesce(browsing.open_browsing_sessions, 0) as open_browsing_sessions,
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
                coalesce(cart_totals.{{ column }}, 0) as {{ column }},
            {% endfor -%}
            cart_totals.last_cart_state,
            cart_totals.last_cart_changed_at,
            cart_totals.last_cart_items,
            cart_totals.last_cart_value,
            cart_totals.last_cart_products,
            cast(cart_totals.cart_waits_days as int) as cart_waits_days,
            coalesce(cart_totals.has_cart_to_serve, false) as has_cart_to_serve
        from {{ ref("int_customer_visits") }} as visits
        left join cart_totals on visits.customer_id = cart_totals.customer_id
        left join browsing on visits.customer_id = browsing.customer_id
        left join purchase_times on visits.customer_id = purchase_times.customer_id
    )

select *
from final
