-- What the CRM holds of a company, read once for all that it tells.
with
    customers as (select * from {{ ref("int_customers") }}),

    accounts as (select * from {{ gated("stg_crm__accounts") }}),

    final as (
        select
            customers.customer_id,
            accounts.account_id,
            accounts.created_at,
            accounts.country,
            accounts.region,
            accounts.city,
            accounts.postcode,
            accounts.parent_account_id,
            accounts.industry_system,
            accounts.industry_code,
            accounts.employees,
            accounts.annual_turnover,
            accounts.balance_sheet_total,
            accounts.currency,
            accounts.has_contract
        from customers
        inner join accounts on customers.account_id = accounts.account_id
    )

select *
from final
