{{ config(meta={"dagster": {"ref": {"name": "int_service_contacts"}}}) }}
-- No join of int_service_contacts and int_customer_service multiplies or loses a contact: all rows,
-- and contacts in the window of customers who may be profiled.
with
    staged_contacts as (
        select count(*) as contacts from {{ accepted_rows("stg_service__service_contacts") }}
    ),

    known_contacts as (
        select
            count(*) as contacts,
            count(*) filter (
                where
                    profiled_customers.customer_id is not null
                    and service_contacts.is_inbound
                    and
                    {{ dbt.datediff("service_contacts.opened_date", "as_of.as_of_date", "day") }}
                    < {{ var("service_window_days") }}
            ) as window_contacts
        from {{ ref("int_service_contacts") }} as service_contacts
        cross join {{ ref("as_of") }} as as_of
        left join
            {{ ref("int_profiled_customers") }} as profiled_customers
            on service_contacts.customer_id = profiled_customers.customer_id
    ),

    customer_totals as (
        select coalesce(sum(service_contacts), 0) as contacts from {{ ref("customer_features") }}
    )

select 'a service contact was lost or multiplied' as problem
from staged_contacts
cross join known_contacts
where staged_contacts.contacts <> known_contacts.contacts
union all
select 'contacts of customers do not add up'
from known_contacts
cross join customer_totals
where known_contacts.window_contacts <> customer_totals.contacts
