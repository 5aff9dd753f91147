-- Everything that a segmentation may look at. Demographics are what the person declared in the CRM.
with
    customers as (select * from {{ ref("int_customers") }}),

    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    purchases as (select * from {{ ref("int_customer_purchases") }}),

    locations as (select * from {{ ref("int_customer_locations") }}),

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
            -- Purchase behaviour, observed within the window.
            coalesce(purchases.discounted_orders, 0) as discounted_orders,
            purchases.discount_percent,
            purchases.median_days_between_orders,
            coalesce(purchases.products, 0) as products_bought,
            coalesce(purchases.categories, 0) as categories_bought,
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
            locations.location_precision
        from customers
        left join customer_orders on customers.customer_id = customer_orders.customer_id
        left join purchases on customers.customer_id = purchases.customer_id
        left join locations on customers.customer_id = locations.customer_id
        left join people on customers.contact_id = people.contact_id
        left join relative_incomes on customers.contact_id = relative_incomes.contact_id
    )

select *
from final
