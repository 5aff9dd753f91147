-- Who is who, by exact keys only: a contact is a person, an account is a company, an e-mail address
-- is the contact that has it or else a guest, a lead is what it became or else its e-mail address.
-- The oldest contact keeps an address that several contacts share; nobody is merged by it.
with
    contacts as (
        select * from {{ gated("stg_crm__customers") }} where not coalesce(is_test, false)
    ),

    test_contacts as (select * from {{ gated("stg_crm__customers") }} where is_test),

    accounts as (select * from {{ gated("stg_crm__accounts") }} where not coalesce(is_test, false)),

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
        select contact_id, md5('contact|' || contact_id) as customer_id
        from contact_ids
        where contact_id not in (select contact_id from test_contacts)
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

    emails as (
        select email
        from contacts
        where email is not null
        union
        select email
        from orders
        where email is not null and contact_id is null and account_id is null
        union
        select email
        from leads
        where email is not null
    ),

    email_owners as (
        select
            email,
            contact_id,
            row_number() over (
                partition by email order by created_at nulls last, contact_id
            ) as contact_rank
        from contacts
        where email is not null
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
                case
                    when leads.converted_account_id is not null
                    then md5('account|' || leads.converted_account_id)
                end,
                email_customers.customer_id,
                md5('lead|' || leads.lead_id)
            ) as customer_id
        from leads
        left join people on leads.converted_contact_id = people.contact_id
        left join email_customers on leads.email = email_customers.email
    ),

    final as (
        select 'contact' as identifier_type, contact_id as identifier, customer_id
        from people
        union all
        select 'account', account_id, md5('account|' || account_id)
        from account_ids
        union all
        select 'email', email, customer_id
        from email_customers
        union all
        select 'lead', lead_id, customer_id
        from lead_customers
    )

select *
from final
