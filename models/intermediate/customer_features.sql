-- Everything that a segmentation may look at. Demographics are what the person declared in the CRM.
with
    customers as (select * from {{ ref("int_customers") }}),

    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    locations as (select * from {{ ref("int_customer_locations") }}),

    web as (select * from {{ ref("int_customer_web") }}),

    contacts as (select * from {{ gated("stg_crm__customers") }}),

    as_of as (select * from {{ ref("as_of") }}),

    median_incomes as (select * from {{ ref("reference_median_incomes") }}),

    -- Units of the reporting currency for one unit, on the day.
    exchange_rates as (
        select rates.from_currency, rates.rate
        from {{ gated("stg_shop__exchange_rates") }} as rates
        cross join as_of
        where
            rates.to_currency = '{{ var("reporting_currency") }}'
            and rates.from_currency <> '{{ var("reporting_currency") }}'
            and as_of.as_of_date >= rates.valid_from
            and as_of.as_of_date < rates.valid_until
        union all
        select '{{ var("reporting_currency") }}', 1
    ),

    people as (
        select
            contacts.*,
            cast(
                {{ dbt.datediff("contacts.birth_date", "as_of.as_of_date", "year") }}
                -- The difference of the years, less one before the birthday.
                - case
                    when
                        extract(month from contacts.birth_date) * 100
                        + extract(day from contacts.birth_date)
                        > extract(month from as_of.as_of_date) * 100
                        + extract(day from as_of.as_of_date)
                    then 1
                    else 0
                end as int
            ) as age_years,
            cast(extract(year from contacts.birth_date) as int) as birth_year
        from contacts
        cross join as_of
    ),

    -- Household income, divided by the square root of the household's size as the medians are, as a
    -- multiple of the median of the country, whatever the two currencies.
    relative_incomes as (
        select
            people.contact_id,
            cast(people.annual_income * income_rates.rate as double)
            / sqrt(greatest(coalesce(people.household_size, 1), 1))
            / nullif(
                cast(median_incomes.median_income * median_rates.rate as double), 0
            ) as income_ratio
        from people
        inner join median_incomes on people.country = median_incomes.country_code
        inner join
            exchange_rates as income_rates on people.income_currency = income_rates.from_currency
        inner join
            exchange_rates as median_rates
            on median_incomes.currency_code = median_rates.from_currency
        where people.annual_income is not null
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
            {{
                amount_per(
                    "customer_orders.lifetime_net_amount", "customer_orders.lifetime_orders"
                )
            }} as average_order_value,
            people.age_years,
            people.birth_year,
            people.gender,
            people.marital_status,
            people.children_count,
            people.household_size,
            relative_incomes.income_ratio,
            people.education_level,
            substr(people.occupation_code, 1, 1) as occupation_group,
            people.home_ownership,
            people.vehicle,
            case
                when
                    coalesce(
                        cast(people.birth_year as {{ dbt.type_string() }}),
                        people.gender,
                        people.marital_status,
                        cast(people.children_count as {{ dbt.type_string() }}),
                        cast(people.household_size as {{ dbt.type_string() }}),
                        cast(people.annual_income as {{ dbt.type_string() }}),
                        people.education_level,
                        people.occupation_code,
                        people.home_ownership,
                        people.vehicle
                    )
                    is not null
                then 'declared'
            end as demographics_source,
            locations.country_code,
            locations.market_region,
            locations.region,
            locations.city,
            locations.postcode,
            coalesce(people.time_zone, locations.time_zone) as time_zone,
            case
                when people.time_zone is not null
                then 'declared'
                when locations.time_zone is not null
                then
                    'by '
                    || locations.location_precision
                    || ', '
                    || locations.location_source
                    || ' address'
            end as time_zone_source,
            locations.density_class,
            locations.climate_class,
            locations.climate,
            locations.location_source,
            locations.location_precision,
            -- Web
            coalesce(web.sessions, 0) as web_sessions,
            coalesce(web.engaged_sessions, 0) as web_engaged_sessions,
            coalesce(web.window_sessions, 0) as web_window_sessions,
            coalesce(web.window_engaged_sessions, 0) as web_window_engaged_sessions,
            coalesce(web.pages_viewed, 0) as pages_viewed,
            coalesce(web.product_views, 0) as product_views,
            coalesce(web.product_view_sessions, 0) as product_view_sessions,
            coalesce(web.browse_abandonments, 0) as browse_abandonments,
            coalesce(web.demo_requests, 0) as demo_requests,
            web.last_demo_date,
            coalesce(web.mobile_sessions, 0) as mobile_sessions,
            coalesce(web.desktop_sessions, 0) as desktop_sessions,
            coalesce(web.tablet_sessions, 0) as tablet_sessions,
            web.most_used_device,
            web.first_touch_date,
            web.first_touch_channel,
            web.first_touch_source,
            web.first_touch_campaign,
            web.first_touch_promotion_id,
            web.last_touch_date,
            web.last_touch_channel,
            web.last_touch_source,
            web.last_touch_campaign,
            web.last_touch_promotion_id,
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
            web.last_session_started_at,
            web.last_session_ended_at,
            cast(web.last_session_ended_at as date) as last_session_date,
            web.last_session_pages_viewed,
            web.last_session_products_viewed,
            web.last_session_main_category,
            web.last_session_main_product_id,
            web.last_session_adds,
            web.last_session_checkout_step,
            web.last_session_order_id,
            web.last_session_device_type,
            web.last_session_acquisition_channel,
            web.last_cart_state,
            web.last_cart_changed_at,
            web.last_cart_items,
            web.last_cart_value,
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
            end as last_interaction_source
        from customers
        left join customer_orders on customers.customer_id = customer_orders.customer_id
        left join locations on customers.customer_id = locations.customer_id
        left join web on customers.customer_id = web.customer_id
        left join people on customers.contact_id = people.contact_id
        left join relative_incomes on customers.contact_id = relative_incomes.contact_id
    )

select *
from final
