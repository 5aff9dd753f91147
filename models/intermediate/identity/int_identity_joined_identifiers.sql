-- Identifiers of customers whose id may have been another one before: they have an identifier that
-- could be an id and is not theirs, or are companies.
with
    identifiers as (select * from {{ ref("int_identity_identifiers") }}),

    owned as (select * from {{ ref("int_customer_identifiers") }}),

    owned_identifiers as (
        select
            identifiers.identifier_type,
            identifiers.identifier,
            owned.customer_id,
            identifiers.first_seen_date,
            identifiers.age_rank,
            -- It could be an id, and is not the one that the customer has.
            identifiers.is_customer
            and owned.customer_id
            <> {{ keyed_hash("substr(identifiers.age_rank, 14)") }} as is_candidate
        from identifiers
        inner join
            owned
            on identifiers.identifier_type = owned.identifier_type
            and identifiers.identifier = owned.identifier
    ),

    joined_customers as (
        select customer_id
        from owned_identifiers
        group by customer_id
        having
            max(case when is_candidate or identifier_type = 'account' then 1 else 0 end) = 1
            and count(*) > 1
    ),

    final as (
        select owned_identifiers.*
        from owned_identifiers
        inner join joined_customers on owned_identifiers.customer_id = joined_customers.customer_id
    )

select *
from final
