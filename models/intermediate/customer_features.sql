-- Every feature that a segmentation may use. This is one file, because each feature is a column of
-- one row per customer.
with
    customers as (select * from {{ ref("int_profiled_customers") }}),

    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    locations as (select * from {{ ref("int_customer_locations") }}),

    demographics as (select * from {{ ref("int_customer_demographics") }}),

    service as (select * from {{ ref("int_customer_service") }}),

    preferences as (select * from {{ ref("int_customer_preferences") }}),

    main_interests as (select * from {{ ref("int_customer_interests") }} where is_primary),

    reach as (select * from {{ ref("int_customer_reach") }}),

    -- A customer with answers but without agreement is balanced, and one with ties is mixed.
    surveys as (
        select
            customer_id,
            {%- for dimension in ["core_values", "lifestyle", "attitude"] %}
                case
                    when count(*) filter (where dimension = '{{ dimension }}') > 0
                    then
                        coalesce(
                            max(
                                case
                                    when dimension <> '{{ dimension }}'
                                    then null
                                    when is_dominant
                                    then scale
                                    when is_tied
                                    then 'mixed'
                                end
                            ),
                            'balanced'
                        )
                end as {{ dimension }} {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ ref("int_survey_scores") }}
        group by customer_id
    ),

    purchases as (select * from {{ ref("int_customer_purchases") }}),

    web as (select * from {{ ref("int_customer_web") }}),

    firmographics as (select * from {{ ref("int_customer_firmographics") }}),

    lifecycle as (select * from {{ ref("int_customer_lifecycle") }}),

    time_zone_hours as (select * from {{ ref("int_time_zone_hours") }}),

    last_seen_places as (select * from {{ ref("int_customer_last_seen_places") }}),

    customer_value as (select * from {{ ref("int_customer_value") }}),

    recorded_channels as (
        select customer_id, source_channel, created_at, customer_id as record_key
        from {{ ref("int_customer_records") }}
        where source_channel is not null
        union all
        select customer_id, source_channel, created_at, lead_id
        from {{ ref("int_leads") }}
        where source_channel is not null
    ),

    ranked_channels as (
        select
            *,
            row_number() over (
                partition by customer_id order by created_at asc nulls last, record_key asc
            ) as channel_rank
        from recorded_channels
    ),

    first_channels as (
        select customer_id, source_channel from ranked_channels where channel_rank = 1
    ),

    final as (
        select
            customers.customer_id,
            customers.customer_kind,
            customers.contact_id,
            customers.account_id,
            customers.first_seen_date,
            customer_orders.first_order_date,
            customer_orders.last_order_date,
            customer_orders.recency_days,
            coalesce(customer_orders.lifetime_orders, 0) as lifetime_orders,
            coalesce(customer_orders.lifetime_net_amount, 0) as lifetime_net_amount,
            coalesce(customer_orders.window_orders, 0) as window_orders,
            coalesce(customer_orders.window_net_amount, 0) as window_net_amount,
            coalesce(customer_orders.window_units, 0) as window_units,
            coalesce(customer_orders.orders_30_days, 0) as orders_30_days,
            coalesce(customer_orders.orders_90_days, 0) as orders_90_days,
            coalesce(customer_orders.net_amount_90_days, 0) as net_amount_90_days,
            {{
                amount_per(
                    "customer_orders.lifetime_net_amount", "customer_orders.lifetime_orders"
                )
            }} as average_order_value,
            demographics.age_years,
            demographics.birth_year,
            demographics.gender,
            demographics.marital_status,
            demographics.children_count,
            demographics.household_size,
            demographics.income_ratio,
            demographics.education_level,
            demographics.occupation_group,
            demographics.home_ownership,
            demographics.vehicle,
            locations.country_code,
            locations.market_region,
            locations.region,
            locations.city,
            locations.postcode,
            locations.time_zone,
            locations.time_zone_source,
            locations.density_class,
            locations.climate_class,
            locations.climate,
            locations.location_source,
            locations.location_precision,
            -- service
            service.service_contacts,
            service.unresolved_service_contacts,
            service.last_service_date,
            service.service_reason,
            service.service_reason_contacts,
            service.satisfaction_scores,
            service.satisfaction as service_satisfaction,
            -- preferences
            preferences.purchase_channel as preferred_purchase_channel,
            preferences.service_channel as preferred_service_channel,
            preferences.channel_quadrant,
            preferences.communication_style,
            preferences.contact_hour as contact_hours,
            preferences.attributes,
            main_interests.interest,
            -- consent
            reach.marketing_consent,
            reach.granted_channels as marketing_channels,
            -- surveys
            surveys.core_values,
            surveys.lifestyle,
            surveys.attitude,
            -- Purchase behaviour, observed within the window.
            purchases.discounted_orders,
            purchases.discount_percent,
            purchases.median_days_between_orders,
            purchases.products as products_bought,
            purchases.categories as categories_bought,
            purchases.affinity_category,
            purchases.affinity_lift,
            purchases.affinity_orders,
            purchases.spending_percentile,
            purchases.channel as purchase_channel,
            purchases.channel_percent as purchase_channel_percent,
            purchases.payment_method,
            purchases.payment_method_percent,
            purchases.intent as purchase_intent,
            purchases.intent_percent as purchase_intent_percent,
            -- Web
            coalesce(web.sessions, 0) as web_sessions,
            coalesce(web.engaged_sessions, 0) as web_engaged_sessions,
            coalesce(web.window_sessions, 0) as web_window_sessions,
            coalesce(web.window_engaged_sessions, 0) as web_window_engaged_sessions,
            coalesce(web.pages_viewed, 0) as pages_viewed,
            coalesce(web.product_views, 0) as product_views,
            coalesce(web.product_view_sessions, 0) as product_view_sessions,
            coalesce(web.browse_abandonments, 0) as browse_abandonments,
            coalesce(web.open_browsing_sessions, 0) as open_browsing_sessions,
            coalesce(web.demo_requests, 0) as demo_requests,
            web.last_demo_date,
            coalesce(web.mobile_sessions, 0) as mobile_sessions,
            coalesce(web.desktop_sessions, 0) as desktop_sessions,
            coalesce(web.tablet_sessions, 0) as tablet_sessions,
            web.most_used_device,
            web.first_touch_date,
            -- A visit without a source tells less than the record of the contact or lead.
            coalesce(
                nullif(web.first_touch_channel, 'direct'),
                first_channels.source_channel,
                web.first_touch_channel
            ) as first_touch_channel,
            coalesce(web.first_touch_channel, 'direct') = 'direct'
            and first_channels.source_channel is not null as first_touch_is_recorded,
            web.first_touch_campaign,
            web.last_touch_date,
            web.last_touch_channel,
            web.last_touch_campaign,
            coalesce(web.carts, 0) as carts,
            coalesce(web.converted_carts, 0) as converted_carts,
            coalesce(web.recovered_carts, 0) as recovered_carts,
            coalesce(web.abandoned_carts, 0) as abandoned_carts,
            coalesce(web.emptied_carts, 0) as emptied_carts,
            coalesce(web.window_abandoned_carts, 0) as window_abandoned_carts,
            coalesce(web.checkouts, 0) as checkouts,
            coalesce(web.completed_checkouts, 0) as completed_checkouts,
            coalesce(web.abandoned_checkouts, 0) as abandoned_checkouts,
            coalesce(web.journeys_to_purchase, 0) as journeys_to_purchase,
            web.median_seconds_to_purchase,
            cast(web.last_session_ended_at as date) as last_session_date,
            web.last_session_pages_viewed,
            web.last_session_products_viewed,
            web.last_session_main_category,
            web.last_session_adds,
            web.last_session_checkout_step,
            web.last_session_device_type,
            web.last_session_acquisition_channel,
            web.last_cart_state,
            web.last_cart_changed_at,
            web.last_cart_items,
            web.last_cart_value,
            web.last_cart_products,
            web.cart_waits_days,
            coalesce(web.has_cart_to_serve, false) as has_cart_to_serve,
            case
                when web.last_session_ended_at is null
                then customer_orders.last_order_date
                when customer_orders.last_order_date > cast(web.last_session_ended_at as date)
                then customer_orders.last_order_date
                else cast(web.last_session_ended_at as date)
            end as last_interaction_date,
            case
                when web.last_session_ended_at is null and customer_orders.last_order_date is null
                then null
                when web.last_session_ended_at is null
                then 'order'
                when customer_orders.last_order_date > cast(web.last_session_ended_at as date)
                then 'order'
                else 'visit'
            end as last_interaction_source,
            -- Firmographics.
            firmographics.company_group_id,
            firmographics.group_companies,
            firmographics.employees,
            firmographics.annual_turnover,
            firmographics.balance_sheet_total,
            firmographics.has_contract,
            firmographics.company_size,
            firmographics.industry,
            firmographics.industry_source,
            -- Lifecycle.
            lifecycle.tenure_days,
            lifecycle.comeback_date,
            lifecycle.comeback_gap_days,
            lifecycle.days_since_comeback,
            lifecycle.last_activity_date,
            lifecycle.days_since_activity,
            coalesce(lifecycle.active_days, 0) as active_days,
            -- Quiet hours, and place of the last visit.
            time_zone_hours.utc_offset_minutes,
            time_zone_hours.quiet_from_utc,
            time_zone_hours.quiet_until_utc,
            cast(last_seen_places.last_seen_at as date) as last_seen_date,
            last_seen_places.country_code as last_seen_country,
            last_seen_places.city as last_seen_city,
            -- Value, so far and expected.
            customer_value.not_estimable_reason,
            customer_value.probability_alive,
            customer_value.expected_purchases_90d,
            customer_value.expected_purchases_365d,
            customer_value.expected_next_order_date,
            customer_value.expected_order_amount,
            customer_value.clv_90d,
            customer_value.clv_365d,
            customer_value.historic_value_rank,
            customer_value.historic_value_tier,
            customer_value.expected_value_rank,
            customer_value.expected_value_tier
        from customers
        left join customer_orders on customers.customer_id = customer_orders.customer_id
        left join locations on customers.customer_id = locations.customer_id
        left join demographics on customers.customer_id = demographics.customer_id
        left join service on customers.customer_id = service.customer_id
        left join preferences on customers.customer_id = preferences.customer_id
        left join main_interests on customers.customer_id = main_interests.customer_id
        left join reach on customers.customer_id = reach.customer_id
        left join surveys on customers.customer_id = surveys.customer_id
        left join purchases on customers.customer_id = purchases.customer_id
        left join web on customers.customer_id = web.customer_id
        left join first_channels on customers.customer_id = first_channels.customer_id
        left join firmographics on customers.customer_id = firmographics.customer_id
        left join lifecycle on customers.customer_id = lifecycle.customer_id
        left join time_zone_hours on locations.time_zone = time_zone_hours.time_zone
        left join last_seen_places on customers.customer_id = last_seen_places.customer_id
        left join customer_value on customers.customer_id = customer_value.customer_id
    )

select *
from final
