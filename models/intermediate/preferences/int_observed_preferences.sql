-- The observed preference is the most frequent value, if it has at least preference_min_contacts
-- contacts, at least preference_min_share of all contacts, and no tie; else mixed. Customers that
-- have no contacts or object to profiling have no row. This is one file, because channels and
-- hours follow the same rule.
--
-- Hours are those of the customer. Each time zone is converted once per hour and not once per
-- contact; the minutes are added for zones with half hours. A contact at midnight is a date
-- without a time.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase and customer_id is not null),

    service_contacts as (
        select * from {{ ref("int_service_contacts") }} where is_inbound and customer_id is not null
    ),

    locations as (select * from {{ ref("int_customer_locations") }}),

    time_zones as (select * from {{ ref("reference_time_zones") }}),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    all_contacts as (
        select
            customer_id,
            'purchase_channel' as preference_type,
            channel,
            ordered_at as happened_at,
            order_date as happened_on
        from orders
        union all
        select customer_id, 'service_channel', channel, opened_at, opened_date
        from service_contacts
    ),

    window_contacts as (
        select all_contacts.*
        from all_contacts
        cross join {{ ref("as_of") }} as as_of
        left join objections on all_contacts.customer_id = objections.customer_id
        where
            objections.customer_id is null
            and {{ dbt.datediff("all_contacts.happened_on", "as_of.as_of_date", "day") }}
            < {{ var("preference_window_days") }}
    ),

    timed_contacts as (
        select
            window_contacts.customer_id,
            time_zones.time_zone,
            cast(
                {{ dbt.date_trunc("hour", "window_contacts.happened_at") }} as timestamp
            ) as business_hour,
            extract(minute from window_contacts.happened_at) as business_minute
        from window_contacts
        inner join locations on window_contacts.customer_id = locations.customer_id
        inner join time_zones on locations.time_zone = time_zones.time_zone
        where window_contacts.happened_at <> cast(window_contacts.happened_on as timestamp)
    ),

    zone_hours as (select distinct time_zone, business_hour from timed_contacts),

    local_hours as (
        select
            time_zone,
            business_hour,
            {{ local_time(utc_time("business_hour"), "time_zone") }} as local_hour
        from zone_hours
    ),

    seen_values as (
        select customer_id, preference_type, lower(channel) as preference_value
        from window_contacts
        union all
        select
            timed_contacts.customer_id,
            'contact_hour',
            cast(
                cast(
                    (
                        extract(hour from local_hours.local_hour) + case
                            when
                                extract(minute from local_hours.local_hour)
                                + timed_contacts.business_minute
                                >= 60
                            then 1
                            else 0
                        end
                    )
                    % 24 as int
                ) as string
            )
        from timed_contacts
        inner join
            local_hours
            on timed_contacts.time_zone = local_hours.time_zone
            and timed_contacts.business_hour = local_hours.business_hour
    ),

    seen_preferences as (
        select
            seen_values.customer_id,
            seen_values.preference_type,
            preference_values.preference,
            count(*) as contacts
        from seen_values
        inner join
            {{ ref("preference_values") }} as preference_values
            on seen_values.preference_type = preference_values.preference_type
            and seen_values.preference_value = preference_values.preference_value
        group by seen_values.customer_id, seen_values.preference_type, preference_values.preference
    ),

    ranked_preferences as (
        select
            *,
            sum(contacts) over (partition by customer_id, preference_type) as all_contacts,
            count(*) over (partition by customer_id, preference_type, contacts) as equals,
            row_number() over (
                partition by customer_id, preference_type order by contacts desc, preference asc
            ) as preference_rank
        from seen_preferences
    ),

    final as (
        select
            customer_id,
            preference_type,
            case
                when
                    equals = 1
                    and contacts >= {{ var("preference_min_contacts") }}
                    and contacts >= {{ var("preference_min_share") }} * all_contacts
                then preference
                else 'mixed'
            end as preference,
            cast(contacts as bigint) as most_contacts,
            cast(all_contacts as bigint) as all_contacts
        from ranked_preferences
        where preference_rank = 1
    )

select *
from final
