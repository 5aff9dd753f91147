-- What customers do often enough to be called a preference: the most frequent value with at least
-- preference_min_contacts contacts and preference_min_share of them, ahead of every other value;
-- else mixed. Who was not seen has no row, nor who objects to profiling.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase and customer_id is not null),

    service_contacts as (
        select * from {{ ref("int_service_contacts") }} where is_inbound and customer_id is not null
    ),

    active_hours as (select * from {{ ref("int_customer_active_hours") }}),

    preference_values as (select * from {{ ref("preference_values") }}),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    as_of as (select * from {{ ref("as_of") }}),

    contacts as (
        select customer_id, 'purchase_channel' as preference_type, channel, order_date as seen_date
        from orders
        union all
        select customer_id, 'service_channel', channel, opened_date
        from service_contacts
    ),

    seen_values as (
        select
            contacts.customer_id,
            contacts.preference_type,
            contacts.channel as preference_value,
            count(*) as contacts
        from contacts
        cross join as_of
        where
            {{ dbt.datediff("contacts.seen_date", "as_of.as_of_date", "day") }}
            < {{ var("preference_window_days") }}
        group by contacts.customer_id, contacts.preference_type, contacts.channel
        union all
        select customer_id, 'contact_hour', cast(hour_of_day as string), contacts
        from active_hours
    ),

    seen_preferences as (
        select
            seen_values.customer_id,
            seen_values.preference_type,
            preference_values.preference,
            sum(seen_values.contacts) as contacts
        from seen_values
        inner join
            preference_values
            on seen_values.preference_type = preference_values.preference_type
            and lower(seen_values.preference_value) = preference_values.preference_value
        left join objections on seen_values.customer_id = objections.customer_id
        where objections.customer_id is null
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
