-- CRM record of a customer, read once for all readers: the contact of a person or the account of a
-- company. No customer has both.
with
    contacts as (select * from {{ gated("stg_crm__customers") }}),

    accounts as (select * from {{ gated("stg_crm__accounts") }}),

    final as (
        select
            customers.customer_id,
            contacts.contact_id,
            accounts.account_id,
            coalesce(contacts.created_at, accounts.created_at) as created_at,
            coalesce(contacts.country, accounts.country) as country,
            coalesce(contacts.region, accounts.region) as region,
            coalesce(contacts.city, accounts.city) as city,
            coalesce(contacts.postcode, accounts.postcode) as postcode,
            -- Columns of people.
            contacts.time_zone,
            contacts.birth_date,
            contacts.birth_year,
            contacts.age_band,
            contacts.source_channel,
            contacts.gender,
            contacts.marital_status,
            contacts.children_count,
            contacts.household_size,
            contacts.annual_income,
            contacts.income_currency,
            contacts.education_level,
            contacts.occupation_code,
            contacts.home_ownership,
            contacts.vehicle,
            -- Columns of companies.
            accounts.parent_account_id,
            accounts.industry_system,
            accounts.industry_code,
            accounts.industry as industry_section,
            accounts.employees,
            accounts.annual_turnover,
            accounts.balance_sheet_total,
            accounts.currency,
            accounts.has_contract
        from {{ ref("int_customers") }} as customers
        left join contacts on customers.contact_id = contacts.contact_id
        left join accounts on customers.account_id = accounts.account_id
        where contacts.contact_id is not null or accounts.account_id is not null
    )

select *
from final
