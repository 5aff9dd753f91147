-- What the CRM holds of a person, read once for all that it tells.
with
    customers as (select * from {{ ref("int_customers") }}),

    contacts as (select * from {{ gated("stg_crm__customers") }}),

    final as (
        select customers.customer_id, contacts.*
        from customers
        inner join contacts on customers.contact_id = contacts.contact_id
    )

select *
from final
