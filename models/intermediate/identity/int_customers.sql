with
    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    contacts as (select * from {{ gated("stg_crm__customers") }}),

    accounts as (select * from {{ gated("stg_crm__accounts") }}),

    leads as (select * from {{ gated("stg_crm__leads") }}),

    orders as (select * from {{ ref("int_orders") }}),

    -- Every mention of a customer with the day that it tells of.
    mentions as (
        select
            identifiers.customer_id,
            identifiers.identifier_type,
            identifiers.identifier,
            cast(
                coalesce(contacts.created_at, accounts.created_at, leads.created_at) as date
            ) as seen_date
        from identifiers
        left join
            contacts
            on identifiers.identifier_type = 'contact'
            and identifiers.identifier = contacts.contact_id
        left join
            accounts
            on identifiers.identifier_type = 'account'
            and identifiers.identifier = accounts.account_id
        left join
            leads on identifiers.identifier_type = 'lead' and identifiers.identifier = leads.lead_id
    ),

    first_orders as (
        select customer_id, min(order_date) as order_date
        from orders
        where customer_id is not null
        group by customer_id
    ),

    known_customers as (
        select
            customer_id,
            min(case when identifier_type = 'contact' then identifier end) as contact_id,
            min(case when identifier_type = 'account' then identifier end) as account_id,
            min(case when identifier_type = 'lead' then identifier end) as lead_id,
            min(seen_date) as seen_date
        from mentions
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
            least(
                coalesce(known_customers.seen_date, first_orders.order_date),
                coalesce(first_orders.order_date, known_customers.seen_date)
            ) as first_seen_date
        from known_customers
        left join first_orders on known_customers.customer_id = first_orders.customer_id
    )

select *
from final
