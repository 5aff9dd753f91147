{{ config(meta={"dagster": {"ref": {"name": "int_customer_identifiers"}}}) }}
-- The groups are complete: no valid link joins two customers, unless its group was cut back or one
-- of its ends is shared, a test record or a company.
with
    members as (
        select identity_groups.*, owned.customer_id
        from {{ ref("int_identity_groups") }} as identity_groups
        left join
            {{ ref("int_customer_identifiers") }} as owned
            on identity_groups.identifier_type = owned.identifier_type
            and identity_groups.identifier = owned.identifier
        where
            identity_groups.cut_rule is null
            and identity_groups.component_cut_rule is null
            and not identity_groups.is_test
    )

select one.customer_id, another.customer_id as other_customer_id, links.evidence
from {{ ref("int_identity_links") }} as links
inner join
    members as one
    on links.identifier_type = one.identifier_type
    and links.identifier = one.identifier
inner join
    members as another
    on links.other_type = another.identifier_type
    and links.other_identifier = another.identifier
where one.customer_id is distinct from another.customer_id
