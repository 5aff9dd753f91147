-- What a customer did besides buying. Each kind of activity is one select of the union.
with
    contacts as (select * from {{ ref("int_customer_contacts") }}),

    leads as (select * from {{ ref("int_leads") }}),

    sessions as (select * from {{ ref("int_web_sessions") }}),

    service_contacts as (select * from {{ ref("int_service_contacts") }}),

    as_of as (select * from {{ ref("as_of") }}),

    activities as (
        select customer_id, cast(created_at as date) as activity_date
        from contacts
        where created_at is not null
        union all
        select customer_id, cast(created_at as date)
        from leads
        where created_at is not null
        union all
        select customer_id, opened_date
        from service_contacts
        where customer_id is not null and is_inbound
        union all
        select customer_id, cast(ended_at as date)
        from sessions
        where customer_id is not null
    ),

    totals as (
        select
            customer_id,
            max(activity_date) as last_activity_date,
            count(distinct activity_date) as active_days
        from activities
        group by customer_id
    ),

    final as (
        select
            totals.customer_id,
            totals.last_activity_date,
            cast(
                {{ dbt.datediff("totals.last_activity_date", "as_of.as_of_date", "day") }} as int
            ) as days_since_activity,
            totals.active_days
        from totals
        cross join as_of
    )

select *
from final
