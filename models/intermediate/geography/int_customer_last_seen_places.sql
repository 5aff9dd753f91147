-- The range of an address is the last one that begins at or before it, if it has not ended by then.
-- One sort of ranges and addresses within each first octet finds it, whatever their numbers.
with
    ip_ranges as (select * from {{ ref("int_ip_ranges") }}),

    last_ips as (
        select *, cast(floor(ip_number / 16777216.0) as int) as first_octet
        from {{ ref("int_customer_last_ips") }}
        where ip_number is not null
    ),

    addresses as (select distinct first_octet, ip_number from last_ips),

    points as (
        select first_octet, start_ip as point, 0 as is_address, start_ip
        from ip_ranges
        union all
        select first_octet, ip_number, 1, null
        from addresses
    ),

    points_with_range as (
        select
            first_octet,
            point,
            is_address,
            max(start_ip) over (
                partition by first_octet
                order by point, is_address
                rows between unbounded preceding and current row
            ) as start_ip
        from points
    ),

    final as (
        select
            last_ips.customer_id,
            last_ips.seen_at as last_seen_at,
            last_ips.source_key,
            ip_ranges.country_code,
            ip_ranges.region,
            ip_ranges.city
        from last_ips
        inner join
            points_with_range
            on last_ips.first_octet = points_with_range.first_octet
            and last_ips.ip_number = points_with_range.point
            and points_with_range.is_address = 1
        inner join
            ip_ranges
            on points_with_range.first_octet = ip_ranges.first_octet
            and points_with_range.start_ip = ip_ranges.start_ip
            and last_ips.ip_number <= ip_ranges.end_ip
    )

select *
from final
