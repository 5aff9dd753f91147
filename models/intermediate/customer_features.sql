-- Everything that a segmentation may look at.
with
    customers as (select * from {{ ref("int_customers") }}),

    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    locations as (select * from {{ ref("int_customer_locations") }}),

    demographics as (select * from {{ ref("int_customer_demographics") }}),

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
            demographics.demographics_source,
            locations.country_code,
            locations.market_region,
            locations.region,
            locations.city,
            locations.postcode,
            coalesce(demographics.time_zone, locations.time_zone) as time_zone,
            case
                when demographics.time_zone is not null
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
        left join locations on customers.customer_id = locations.customer_id
        left join demographics on customers.customer_id = demographics.customer_id
    )

select *
from final
