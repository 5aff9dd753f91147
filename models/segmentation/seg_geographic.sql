-- A region or a city is named after its country, so that two places of one name stay apart.
with
    labelled_customers as (
        select
            customer_id,
            location_source,
            case
                when location_source = 'ip'
                then 'last seen there, IP'
                else location_source || ' address'
            end as place_source,
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
            climate,
            coalesce(last_seen_country, 'unknown') as last_seen_country,
            coalesce(
                'last seen '
                || coalesce(last_seen_city || ', ', '')
                || 'IP, '
                || cast(last_seen_date as string),
                'no IP address of a known place'
            ) as last_seen
        from {{ ref("customer_features") }}
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "country": "place_source",
                "market_region": "place_source",
                "region": "place_source",
                "city": "place_source",
                "time_zone": "time_zone_source",
                "density_class": "'approximate: population of ' || city_name",
                "climate_class": "'by ' || location_precision || ', ' || place_source",
                "climate": "'by ' || location_precision || ', ' || place_source",
                "last_seen_country": "last_seen",
            },
            missing_segment="'unknown'",
            missing_reason="case when location_source is null then 'no usable address' "
            ~ "else 'not known from the ' || location_source || ' address' end",
        )
    }}

select *
from final
