-- Who is who, by exact keys only: a contact is a person, an account is a company, an e-mail address
-- is the contact that has it, or had it as a lead, or else a guest, a lead is what it became or
-- else its e-mail address. The oldest contact keeps an address that several contacts share; nobody
-- is merged by it.
with
    contacts as (
        select * from {{ gated("stg_crm__customers") }} where not coalesce(is_test, false)
    ),

    test_contacts as (select * from {{ gated("stg_crm__customers") }} where is_test),

    accounts as (select * from {{ gated("stg_crm__accounts") }} where not coalesce(is_test, false)),

    test_accounts as (select * from {{ gated("stg_crm__accounts") }} where is_test),

    leads as (select * from {{ gated("stg_crm__leads") }}),

    orders as (select * from {{ gated("stg_shop__orders") }} where not coalesce(is_test, false)),

    contact_ids as (
        select contact_id
        from contacts
        union
        -- Orders and leads may know a contact that the CRM export lacks.
        select contact_id
        from orders
        where contact_id is not null and account_id is null
        union
        select converted_contact_id
        from leads
        where converted_contact_id is not null
    ),

    people as (
        select contact_ids.contact_id, md5('contact|' || contact_ids.contact_id) as customer_id
        from contact_ids
        where
            not exists (
                select 1 from test_contacts where test_contacts.contact_id = contact_ids.contact_id
            )
    ),

    account_ids as (
        select account_id
        from accounts
        union
        select account_id
        from orders
        where account_id is not null
        union
        select converted_account_id
        from leads
        where converted_account_id is not null
    ),

    companies as (
        select account_ids.account_id, md5('account|' || account_ids.account_id) as customer_id
        from account_ids
        where
            not exists (
                select 1 from test_accounts where test_accounts.account_id = account_ids.account_id
            )
    ),

    emails as (
        select email
        from contacts
        where email is not null
        union
        select email
        from orders
        where email is not null and contact_id is null and account_id is null
        union
        -- The address of a lead that became a company says nothing about a person yet.
        select email
        from leads
        where
            email is not null and (converted_account_id is null or converted_contact_id is not null)
    ),

    contact_emails as (
        select email, contact_id, created_at, 1 as trust_rank
        from contacts
        where email is not null
        union all
        select email, converted_contact_id, created_at, 2
        from leads
        where email is not null and converted_contact_id is not null
    ),

    email_owners as (
        select
            email,
            contact_id,
            row_number() over (
                partition by email order by trust_rank, created_at nulls last, contact_id
            ) as contact_rank
        from contact_emails
    ),

    email_customers as (
        select
            emails.email, coalesce(people.customer_id, md5('email|' || emails.email)) as customer_id
        from emails
        left join
            email_owners on emails.email = email_owners.email and email_owners.contact_rank = 1
        left join people on email_owners.contact_id = people.contact_id
    ),

    lead_customers as (
        select
            leads.lead_id,
            coalesce(
                people.customer_id,
                companies.customer_id,
                email_customers.customer_id,
                md5('lead|' || leads.lead_id)
            ) as customer_id
        from leads
        left join people on leads.converted_contact_id = people.contact_id
        left join companies on leads.converted_account_id = companies.account_id
        left join email_customers on leads.email = email_customers.email
    ),

    final as (
        select 'contact' as identifier_type, contact_id as identifier, customer_id
        from people
        union all
        select 'account', account_id, customer_id
        from companies
        union all
        select 'email', email, customer_id
        from email_customers
        union all
        select 'lead', lead_id, customer_id
        from lead_customers
    )

select *
from final
