-- Where a customer is. The nearest reference city gives what an address lacks: the city that the
-- address names, else the largest of its region, else the country's main zone.
with
    addresses as (select * from {{ ref("int_customer_addresses") }}),

    cities as (select * from {{ ref("reference_cities") }}),

    regions as (select * from {{ ref("reference_regions") }}),

    countries as (select * from {{ ref("reference_countries") }}),

    climates as (select * from {{ ref("reference_koeppen_classes") }}),

    final as (
        select
            addresses.customer_id,
            addresses.location_source,
            addresses.country_code,
            countries.country_name,
            countries.market_region,
            coalesce(regions.region_name, cities.region_name, addresses.region) as region,
            coalesce(cities.city_name, addresses.city) as city,
            addresses.postcode,
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
        from addresses
        left join countries on addresses.country_code = countries.country_code
        left join
            cities
            on addresses.country_code = cities.country_code
            and {{ place_key("addresses.city") }} = cities.city_key
        left join
            regions
            on addresses.country_code = regions.country_code
            and {{ place_key("addresses.region") }} = regions.region_key
        left join
            climates
            on climates.koeppen_class
            = coalesce(cities.koeppen_class, regions.koeppen_class, countries.koeppen_class)
    )

select *
from final
