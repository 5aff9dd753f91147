-- Links within a customer that may have had another id before, from the older to the younger end.
with
    identifiers as (select * from {{ ref("int_identity_joined_identifiers") }}),

    identity_links as (select * from {{ ref("int_identity_links") }}),

    final as (
        select
            one.customer_id,
            one.identifier_type = 'account' as is_of_company,
            least(one.age_rank, another.age_rank) as older,
            greatest(one.age_rank, another.age_rank) as younger,
            another.age_rank as other,
            another.first_seen_date as other_seen_date,
            identity_links.evidence,
            -- A link without a date is there since both ends are known.
            coalesce(
                greatest(
                    identity_links.first_seen_date, one.first_seen_date, another.first_seen_date
                ),
                cast('1900-01-01' as date)
            ) as link_date
        from identity_links
        inner join
            identifiers as one
            on identity_links.identifier_type = one.identifier_type
            and identity_links.identifier = one.identifier
        inner join
            identifiers as another
            on identity_links.other_type = another.identifier_type
            and identity_links.other_identifier = another.identifier
            and one.customer_id = another.customer_id
    )

select *
from final
