-- Place of the last IP address in a customer's last session. An address lies in the last range
-- that begins at or before it, if the range has not ended before it. Ranges and addresses are
-- sorted once within each first octet. A range over several first octets is split at their borders.
-- This is one file, because only this model reads the ranges.
with
    events as (select * from {{ ref("int_web_events") }} where ip_address is not null),

    landed as (select * from {{ ip_ranges() }}),

    country_names as (select * from {{ ref("reference_country_names") }}),

    octets as ({{ dbt.generate_series(256) }}),

    known_ranges as (
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

    ip_ranges as (
        select start_octet as first_octet, start_ip, end_ip, country_code, region, city
        from known_ranges
        where start_octet = end_octet
        union all
        select
            cast(octets.generated_number - 1 as int),
            greatest(
                known_ranges.start_ip, cast((octets.generated_number - 1) * 16777216 as bigint)
            ),
            least(known_ranges.end_ip, cast(octets.generated_number * 16777216 - 1 as bigint)),
            known_ranges.country_code,
            known_ranges.region,
            known_ranges.city
        from known_ranges
        inner join
            octets
            on octets.generated_number - 1
            between known_ranges.start_octet and known_ranges.end_octet
        where known_ranges.start_octet < known_ranges.end_octet
    ),

    ranked_events as (
        select
            visits.customer_id,
            events.occurred_at,
            events.event_id,
            events.ip_address,
            row_number() over (
                partition by visits.customer_id
                order by events.occurred_at desc, events.event_id desc
            ) as event_rank
        from {{ ref("int_customer_visits") }} as visits
        inner join events on visits.last_session_key = events.session_key
    ),

    last_addresses as (
        select
            customer_id,
            occurred_at as last_seen_at,
            event_id as source_key,
            {{ ipv4_number("ip_address") }} as ip_number
        from ranked_events
        where event_rank = 1
    ),

    points as (
        select
            first_octet,
            start_ip as point,
            start_ip,
            0 as is_address,
            null as customer_id,
            null as last_seen_at,
            null as source_key
        from ip_ranges
        union all
        select
            cast(floor(ip_number / 16777216.0) as int),
            ip_number,
            null,
            1,
            customer_id,
            last_seen_at,
            source_key
        from last_addresses
        -- An IPv6 address has no number.
        where ip_number is not null
    ),

    points_with_range as (
        select
            first_octet,
            point,
            is_address,
            customer_id,
            last_seen_at,
            source_key,
            max(start_ip) over (
                partition by first_octet
                order by point, is_address
                rows between unbounded preceding and current row
            ) as start_ip
        from points
    ),

    final as (
        select
            addresses.customer_id,
            addresses.last_seen_at,
            addresses.source_key,
            ip_ranges.country_code,
            ip_ranges.region,
            ip_ranges.city
        from points_with_range as addresses
        inner join
            ip_ranges
            on addresses.first_octet = ip_ranges.first_octet
            and addresses.start_ip = ip_ranges.start_ip
            and addresses.point <= ip_ranges.end_ip
        where addresses.is_address = 1
    )

select *
from final
