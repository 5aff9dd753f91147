-- A declared time zone counts when it is one: a typing error must not stop the conversion to local
-- time, nor hide what the address tells.
with
    customers as (select * from {{ ref("int_customers") }}),

    demographics as (select * from {{ ref("int_customer_demographics") }}),

    locations as (select * from {{ ref("int_customer_locations") }}),

    time_zones as (select * from {{ ref("reference_time_zones") }}),

    final as (
        select
            customers.customer_id,
            coalesce(time_zones.time_zone, locations.time_zone) as time_zone,
            case
                when time_zones.time_zone is not null
                then 'declared'
                else
                    'by '
                    || locations.location_precision
                    || ', '
                    || locations.location_source
                    || ' address'
            end as time_zone_source
        from customers
        left join demographics on customers.customer_id = demographics.customer_id
        left join locations on customers.customer_id = locations.customer_id
        left join time_zones on lower(demographics.time_zone) = lower(time_zones.time_zone)
        where coalesce(time_zones.time_zone, locations.time_zone) is not null
    )

select *
from final
