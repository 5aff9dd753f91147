-- What a customer did besides buying. Each kind of activity is one select of the union.
with
    customers as (select * from {{ ref("int_customers") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    contacts as (select * from {{ gated("stg_crm__customers") }}),

    leads as (select * from {{ gated("stg_crm__leads") }}),

    sessions as (select * from {{ ref("int_web_sessions") }}),

    service_contacts as (select * from {{ ref("int_service_contacts") }}),

    as_of as (select * from {{ ref("as_of") }}),

    activities as (
        select customers.customer_id, cast(contacts.created_at as date) as activity_date
        from customers
        inner join contacts on customers.contact_id = contacts.contact_id
        where contacts.created_at is not null
        union all
        select identifiers.customer_id, cast(leads.created_at as date)
        from identifiers
        inner join leads on identifiers.identifier = leads.lead_id
        where identifiers.identifier_type = 'lead' and leads.created_at is not null
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
