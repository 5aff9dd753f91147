-- Where a customer is, by the most trusted address that names a country: shipping, then billing,
-- then CRM; the latest of its kind. Only purchases count, not what was cancelled or a test. The
-- nearest reference city gives what an address lacks: the
-- city that the address names, else the largest of its region, else the country's main zone.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase and customer_id is not null),

    customers as (select * from {{ ref("int_customers") }}),

    contacts as (select * from {{ gated("stg_crm__customers") }}),

    accounts as (select * from {{ gated("stg_crm__accounts") }}),

    leads as (select * from {{ gated("stg_crm__leads") }}),

    cities as (select * from {{ ref("reference_cities") }}),

    regions as (select * from {{ ref("reference_regions") }}),

    countries as (select * from {{ ref("reference_countries") }}),

    climates as (select * from {{ ref("reference_koeppen_classes") }}),

    addresses as (
        select
            customer_id,
            1 as trust_rank,
            'shipping' as location_source,
            ordered_at as seen_at,
            order_id as source_key,
            shipping_country as country_code,
            shipping_region as region,
            shipping_city as city,
            shipping_postcode as postcode
        from orders
        -- A gift goes to somebody else.
        where not is_gift
        union all
        select
            customer_id,
            2,
            'billing',
            ordered_at,
            order_id,
            billing_country,
            billing_region,
            billing_city,
            billing_postcode
        from orders
        union all
        select
            customers.customer_id,
            3,
            'crm',
            contacts.created_at,
            contacts.contact_id,
            contacts.country,
            contacts.region,
            contacts.city,
            contacts.postcode
        from customers
        inner join contacts on customers.contact_id = contacts.contact_id
        union all
        select
            customers.customer_id,
            3,
            'crm',
            accounts.created_at,
            accounts.account_id,
            accounts.country,
            accounts.region,
            accounts.city,
            accounts.postcode
        from customers
        inner join accounts on customers.account_id = accounts.account_id
        union all
        select
            customers.customer_id,
            4,
            'lead',
            leads.created_at,
            leads.lead_id,
            leads.country,
            leads.region,
            leads.city,
            leads.postcode
        from customers
        inner join leads on customers.lead_id = leads.lead_id
    ),

    ranked_addresses as (
        select
            *,
            row_number() over (
                partition by customer_id
                order by trust_rank asc, seen_at desc nulls last, source_key asc
            ) as address_rank
        from addresses
        where country_code is not null
    ),

    final as (
        select
            ranked_addresses.customer_id,
            ranked_addresses.location_source,
            ranked_addresses.country_code,
            countries.country_name,
            countries.market_region,
            coalesce(regions.region_name, cities.region_name, ranked_addresses.region) as region,
            coalesce(cities.city_name, ranked_addresses.city) as city,
            ranked_addresses.postcode,
            coalesce(cities.time_zone, regions.time_zone, countries.main_time_zone) as time_zone,
            cities.density_class,
            coalesce(
                cities.koeppen_class, regions.koeppen_class, countries.koeppen_class
            ) as climate_class,
            climates.climate_group,
            climates.group_label as climate,
            case
                when cities.city_key is not null
                then 'city'
                when regions.region_key is not null
                then 'region'
                else 'country'
            end as location_precision
        from ranked_addresses
        left join countries on ranked_addresses.country_code = countries.country_code
        left join
            cities
            on ranked_addresses.country_code = cities.country_code
            and {{ place_key("ranked_addresses.city") }} = cities.city_key
        left join
            regions
            on ranked_addresses.country_code = regions.country_code
            and {{ place_key("ranked_addresses.region") }} = regions.region_key
        left join
            climates
            on climates.koeppen_class
            = coalesce(cities.koeppen_class, regions.koeppen_class, countries.koeppen_class)
        where ranked_addresses.address_rank = 1
    )

select *
from final
