-- Links within a customer that may have had another id before, from the older to the younger end.
-- Such a customer is a company or has a candidate: an identifier that alone makes a customer but
-- is not the source of the customer's id.
with
    owned_identifiers as (
        select
            identifiers.identifier_type,
            identifiers.identifier,
            owned.customer_id,
            identifiers.first_seen_date,
            identifiers.age_rank,
            identifiers.is_customer
            and owned.customer_id
            <> {{ keyed_hash("substr(identifiers.age_rank, 14)") }} as is_candidate
        from {{ ref("int_identity_identifiers") }} as identifiers
        inner join
            {{ ref("int_customer_identifiers") }} as owned
            on identifiers.identifier_type = owned.identifier_type
            and identifiers.identifier = owned.identifier
    ),

    identifiers_of_customers as (
        select
            *,
            bool_or(is_candidate or identifier_type = 'account') over (
                partition by customer_id
            ) as may_have_merged
        from owned_identifiers
    ),

    joined_identifiers as (select * from identifiers_of_customers where may_have_merged),

    final as (
        select
            one.customer_id,
            one.identifier_type = 'account' as is_of_company,
            least(one.age_rank, another.age_rank) as older,
            greatest(one.age_rank, another.age_rank) as younger,
            case
                when one.age_rank < another.age_rank then one.is_candidate else another.is_candidate
            end as is_older_candidate,
            case
                when one.age_rank < another.age_rank then another.is_candidate else one.is_candidate
            end as is_younger_candidate,
            another.age_rank as other,
            another.first_seen_date as other_seen_date,
            identity_links.evidence,
            -- A link without a date counts from the day on which both ends are known.
            coalesce(
                greatest(
                    identity_links.first_seen_date, one.first_seen_date, another.first_seen_date
                ),
                cast('1900-01-01' as date)
            ) as link_date
        from {{ ref("int_identity_links") }} as identity_links
        inner join
            joined_identifiers as one
            on identity_links.identifier_type = one.identifier_type
            and identity_links.identifier = one.identifier
        inner join
            joined_identifiers as another
            on identity_links.other_type = another.identifier_type
            and identity_links.other_identifier = another.identifier
            and one.customer_id = another.customer_id
    )

select *
from final
