-- A region or a city is named after its country, so that two places of one name stay apart.
with
    features as (select * from {{ ref("customer_features") }}),

    labelled_customers as (
        select
            customer_id,
            location_source,
            location_precision,
            city as city_name,
            country_code as country,
            market_region,
            country_code || ' ' || region as region,
            country_code || ' ' || city as city,
            time_zone,
            time_zone_source,
            density_class,
            climate_class,
            climate
        from features
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "country": "location_source || ' address'",
                "market_region": "location_source || ' address'",
                "region": "location_source || ' address'",
                "city": "location_source || ' address'",
                "time_zone": "time_zone_source",
                "density_class": "'approximate: population of ' || city_name",
                "climate_class": "'by ' || location_precision || ', ' || location_source || ' address'",
                "climate": "'by ' || location_precision || ', ' || location_source || ' address'",
            },
            missing_segment="'unknown'",
            missing_reason="case when location_source is null then 'no usable address' "
            ~ "else 'not known from the ' || location_source || ' address' end",
        )
    }}

select *
from final
