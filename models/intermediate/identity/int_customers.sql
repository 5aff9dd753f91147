-- A customer may have several contacts or leads. The first contact with a record in the CRM that
-- was neither deleted nor merged represents the person; the latest lead has the current address.
with
    identifiers as (
        select
            owned.customer_id,
            identifiers.*,
            -- A join on one column is much faster than a join on type and key.
            case
                when identifiers.identifier_type = 'contact' then identifiers.identifier
            end as known_contact_id
        from {{ ref("int_customer_identifiers") }} as owned
        inner join
            {{ ref("int_identity_identifiers") }} as identifiers
            on owned.identifier_type = identifiers.identifier_type
            and owned.identifier = identifiers.identifier
    ),

    contacts as (
        select
            contacts.*,
            case
                when merged_contacts.former_contact_id is not null
                then 2
                when contacts.is_deleted
                then 1
                else 0
            end as retired_rank
        from {{ gated("stg_crm__customers") }} as contacts
        left join
            {{ ref("int_merged_contacts") }} as merged_contacts
            on contacts.contact_id = merged_contacts.former_contact_id
    ),

    ranked_identifiers as (
        select
            identifiers.*,
            contacts.account_id as member_of_account_id,
            coalesce(contacts.is_deleted, false) as is_deleted,
            row_number() over (
                partition by identifiers.customer_id, identifiers.identifier_type
                order by
                    contacts.retired_rank asc nulls last,
                    identifiers.first_seen_date asc nulls last,
                    identifiers.identifier asc
            ) as age_number,
            row_number() over (
                partition by identifiers.customer_id, identifiers.identifier_type
                order by identifiers.first_seen_date desc nulls last, identifiers.identifier desc
            ) as youth_number
        from identifiers
        left join contacts on identifiers.known_contact_id = contacts.contact_id
    ),

    known_customers as (
        select
            customer_id,
            min(
                case when identifier_type = 'contact' and age_number = 1 then identifier end
            ) as contact_id,
            min(case when identifier_type = 'account' then identifier end) as account_id,
            min(
                case when identifier_type = 'lead' and youth_number = 1 then identifier end
            ) as lead_id,
            min(
                case
                    when identifier_type = 'contact' and age_number = 1 then member_of_account_id
                end
            ) as member_of_account_id,
            -- Another contact would represent the person.
            bool_or(identifier_type = 'contact' and age_number = 1 and is_deleted) as is_deleted,
            min(first_seen_date) as first_seen_date
        from ranked_identifiers
        group by customer_id
    ),

    final as (
        select
            known_customers.customer_id,
            case
                when known_customers.account_id is not null then 'company' else 'person'
            end as customer_kind,
            known_customers.contact_id,
            known_customers.account_id,
            known_customers.lead_id,
            companies.customer_id as company_customer_id,
            known_customers.is_deleted or coalesce(accounts.is_deleted, false) as is_deleted,
            known_customers.first_seen_date
        from known_customers
        left join
            identifiers as companies
            on companies.identifier_type = 'account'
            and known_customers.member_of_account_id = companies.identifier
        left join
            {{ gated("stg_crm__accounts") }} as accounts
            on known_customers.account_id = accounts.account_id
    )

select *
from final
