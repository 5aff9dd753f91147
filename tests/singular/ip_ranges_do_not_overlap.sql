{{ config(meta={"dagster": {"ref": {"name": "reference_country_names"}}}) }}
-- Two ranges of known countries have no address in common, and no range ends before it begins.
with
    ranges as (
        select cast(landed.start_ip as bigint) as start_ip, cast(landed.end_ip as bigint) as end_ip
        from {{ ip_ranges() }} as landed
        inner join
            {{ ref("reference_country_names") }} as country_names
            on country_names.alias = lower(trim(landed.country))
    ),

    ranges_with_previous as (
        select *, lag(end_ip) over (order by start_ip, end_ip) as previous_end_ip from ranges
    )

select *
from ranges_with_previous
where start_ip > end_ip or previous_end_ip >= start_ip
