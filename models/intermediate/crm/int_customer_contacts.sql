-- What the CRM holds of a person, read once for all that it tells.
with
    customers as (select * from {{ ref("int_customers") }}),

    contacts as (select * from {{ gated("stg_crm__customers") }}),

    final as (
        select
            customers.customer_id,
            contacts.contact_id,
            contacts.created_at,
            contacts.country,
            contacts.region,
            contacts.city,
            contacts.postcode,
            contacts.time_zone,
            contacts.birth_date,
            contacts.gender,
            contacts.marital_status,
            contacts.children_count,
            contacts.household_size,
            contacts.annual_income,
            contacts.income_currency,
            contacts.education_level,
            contacts.occupation_code,
            contacts.home_ownership,
            contacts.vehicle
        from customers
        inner join contacts on customers.contact_id = contacts.contact_id
    )

select *
from final
