-- When somebody bought or asked for service, by the clock where they live. Time zones are converted
-- once per zone and hour of UTC, not once per event; the minutes are added to zones of half hours.
-- A moment of exactly midnight UTC is a date without a time.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase),

    service_contacts as (select * from {{ ref("int_service_contacts") }} where is_inbound),

    customer_time_zones as (select * from {{ ref("int_customer_time_zones") }}),

    time_zones as (select * from {{ ref("reference_time_zones") }}),

    as_of as (select * from {{ ref("as_of") }}),

    moments as (
        select customer_id, ordered_at as happened_at, order_date as happened_on
        from orders
        union all
        select customer_id, opened_at, opened_date
        from service_contacts
    ),

    window_moments as (
        select
            moments.customer_id,
            time_zones.time_zone,
            cast({{ dbt.date_trunc("hour", "moments.happened_at") }} as timestamp) as utc_hour,
            extract(minute from moments.happened_at) as utc_minute
        from moments
        cross join as_of
        inner join customer_time_zones on moments.customer_id = customer_time_zones.customer_id
        inner join time_zones on customer_time_zones.time_zone = time_zones.time_zone
        where
            {{ dbt.datediff("moments.happened_on", "as_of.as_of_date", "day") }}
            < {{ var("preference_window_days") }}
            and moments.happened_at <> cast(moments.happened_on as timestamp)
    ),

    zone_hours as (select distinct time_zone, utc_hour from window_moments),

    local_hours as (
        select time_zone, utc_hour, {{ local_time("utc_hour", "time_zone") }} as local_hour
        from zone_hours
    ),

    local_moments as (
        select
            window_moments.customer_id,
            cast(
                (
                    extract(hour from local_hours.local_hour) + case
                        when
                            extract(minute from local_hours.local_hour) + window_moments.utc_minute
                            >= 60
                        then 1
                        else 0
                    end
                )
                % 24 as int
            ) as hour_of_day
        from window_moments
        inner join
            local_hours
            on window_moments.time_zone = local_hours.time_zone
            and window_moments.utc_hour = local_hours.utc_hour
    ),

    final as (
        select customer_id, hour_of_day, count(*) as contacts
        from local_moments
        group by customer_id, hour_of_day
    )

select *
from final
