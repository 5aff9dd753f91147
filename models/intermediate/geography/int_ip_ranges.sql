-- A range over several first octets is split, so that an address is only compared with ranges of
-- its octet.
with
    landed as (select * from {{ ip_ranges() }}),

    country_names as (select * from {{ ref("reference_country_names") }}),

    octets as ({{ dbt.generate_series(256) }}),

    ranges as (
        select
            cast(landed.start_ip as bigint) as start_ip,
            cast(landed.end_ip as bigint) as end_ip,
            cast(floor(cast(landed.start_ip as bigint) / 16777216.0) as int) as start_octet,
            cast(floor(cast(landed.end_ip as bigint) / 16777216.0) as int) as end_octet,
            country_names.country_code,
            landed.region,
            landed.city
        from landed
        inner join country_names on country_names.alias = lower(trim(landed.country))
    ),

    ranges_of_octets as (
        select start_octet as first_octet, start_ip, end_ip, country_code, region, city
        from ranges
        where start_octet = end_octet
        union all
        select
            cast(octets.generated_number - 1 as int),
            greatest(ranges.start_ip, cast((octets.generated_number - 1) * 16777216 as bigint)),
            least(ranges.end_ip, cast(octets.generated_number * 16777216 - 1 as bigint)),
            ranges.country_code,
            ranges.region,
            ranges.city
        from ranges
        inner join
            octets on octets.generated_number - 1 between ranges.start_octet and ranges.end_octet
        where ranges.start_octet < ranges.end_octet
    ),

    final as (
        select
            *,
            lag(end_ip) over (partition by first_octet order by start_ip, end_ip) as previous_end_ip
        from ranges_of_octets
    )

select *
from final
