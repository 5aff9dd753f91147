-- Place and time zone of a customer's most trusted address with a country. Order of trust:
-- shipping, billing, CRM, lead, last IP address; within a source, the latest address counts.
-- Reference data completes the address by city, else region. The country gives the time zone and
-- the climate only if it has one. A region that the reference does not have is unknown; so is a
-- declared time zone that does not exist. This is one file, because the country, the place and the
-- time zone come from the same address.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase and customer_id is not null),

    demographics as (select * from {{ ref("int_customer_demographics") }}),

    countries as (select * from {{ ref("reference_countries") }}),

    climates as (select * from {{ ref("reference_koeppen_classes") }}),

    cities as (select * from {{ ref("reference_cities") }}),

    regions as (select * from {{ ref("reference_regions") }}),

    time_zones as (select * from {{ ref("reference_time_zones") }}),

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
        -- A gift goes to another person.
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
            customer_id,
            3,
            'crm',
            created_at,
            customer_id as source_key,
            country,
            region,
            city,
            postcode
        from {{ ref("int_customer_records") }}
        union all
        select customer_id, 4, 'lead', created_at, lead_id, country, region, city, postcode
        from {{ ref("int_leads") }}
        union all
        select customer_id, 5, 'ip', last_seen_at, source_key, country_code, region, city, null
        from {{ ref("int_customer_last_seen_places") }}
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

    known_places as (
        select country_code, time_zone, koeppen_class
        from cities
        union all
        select country_code, time_zone, koeppen_class
        from regions
        union all
        select country_code, main_time_zone, koeppen_class
        from countries
    ),

    -- Null if the country has several.
    country_facts as (
        select
            known_places.country_code,
            case
                when count(distinct known_places.time_zone) = 1 then min(known_places.time_zone)
            end as time_zone,
            case
                when count(distinct known_places.koeppen_class) = 1
                then min(known_places.koeppen_class)
            end as climate_class,
            case
                when count(distinct climates.group_label) = 1 then min(climates.group_label)
            end as climate
        from known_places
        left join climates on known_places.koeppen_class = climates.koeppen_class
        group by known_places.country_code
    ),

    -- A region may be the code of ISO 3166-2, with or without the country: SP, BR-SP, JP13.
    addresses_with_keys as (
        select
            *,
            {{ place_key("city") }} as city_key,
            {{
                place_key(
                    "case when upper(region) like country_code || '-%' then substr(region, 4) "
                    ~ "when upper(region) like country_code || '%' and "
                    ~ matches("region", "^[A-Za-z][A-Za-z][0-9]+$")
                    ~ " then substr(region, 3) else region end"
                )
            }} as region_key
        from ranked_addresses
        where address_rank = 1
    ),

    places as (
        select
            addresses.customer_id,
            addresses.location_source,
            addresses.country_code,
            countries.market_region,
            coalesce(regions.region_name, cities.region_name) as region,
            coalesce(cities.city_name, addresses.city) as city,
            addresses.postcode,
            coalesce(cities.time_zone, regions.time_zone, country_facts.time_zone) as time_zone,
            cities.density_class,
            coalesce(
                cities.koeppen_class, regions.koeppen_class, country_facts.climate_class
            ) as climate_class,
            country_facts.climate as climate_of_country,
            case
                when cities.city_key is not null
                then 'city'
                when regions.region_key is not null
                then 'region'
                else 'country'
            end as location_precision
        from addresses_with_keys as addresses
        left join countries on addresses.country_code = countries.country_code
        left join country_facts on addresses.country_code = country_facts.country_code
        left join
            cities
            on addresses.country_code = cities.country_code
            and addresses.city_key = cities.city_key
        left join
            regions
            on addresses.country_code = regions.country_code
            and addresses.region_key = regions.region_key
    ),

    final as (
        select
            customers.customer_id,
            places.location_source,
            places.location_precision,
            places.country_code,
            places.market_region,
            places.region,
            places.city,
            places.postcode,
            places.density_class,
            places.climate_class,
            coalesce(climates.group_label, places.climate_of_country) as climate,
            coalesce(time_zones.time_zone, places.time_zone) as time_zone,
            case
                when time_zones.time_zone is not null
                then 'declared'
                when places.time_zone is not null
                then
                    'by '
                    || places.location_precision
                    || ', '
                    || places.location_source
                    || ' address'
            end as time_zone_source
        from {{ ref("int_customers") }} as customers
        left join places on customers.customer_id = places.customer_id
        left join climates on places.climate_class = climates.koeppen_class
        left join demographics on customers.customer_id = demographics.customer_id
        left join time_zones on lower(demographics.time_zone) = lower(time_zones.time_zone)
        where places.customer_id is not null or time_zones.time_zone is not null
    )

select *
from final
