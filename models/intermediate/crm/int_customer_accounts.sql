-- What the CRM holds of a company, read once for all that it tells.
with
    customers as (select * from {{ ref("int_customers") }}),

    accounts as (select * from {{ gated("stg_crm__accounts") }}),

    final as (
        select customers.customer_id, accounts.*
        from customers
        inner join accounts on customers.account_id = accounts.account_id
    )

select *
from final
