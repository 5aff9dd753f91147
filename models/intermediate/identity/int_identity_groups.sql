-- Identifiers that are one person: connected components over the links that were not cut. Links of
-- a company join nobody. A link of a test contact joins only if no real contact has the other end.
-- If a component is too large, or its contacts cannot be one person, it is split: an identifier
-- with exactly one contact stays with that contact, any other identifier stays alone.
with
    identifiers as (
        select * from {{ ref("int_identity_identifiers") }} where identifier_type <> 'account'
    ),

    identity_links as (
        select * from {{ ref("int_identity_links") }} where identifier_type <> 'account'
    ),

    contact_records as (
        select *
        from {{ ref("int_identity_evidence") }}
        where evidence = 'contact record' and not is_test
    ),

    person_links as (
        select one.age_rank as node, another.age_rank as other
        from identity_links
        inner join
            identifiers as one
            on identity_links.identifier_type = one.identifier_type
            and identity_links.identifier = one.identifier
        inner join
            identifiers as another
            on identity_links.other_type = another.identifier_type
            and identity_links.other_identifier = another.identifier
        where
            one.cut_rule is null
            and another.cut_rule is null
            and not (one.is_test and another.contacts > 0)
    ),

    {{ connected_components("person_links", var("identity_max_group_size")) }},

    members as (
        select
            identifiers.*,
            case
                when identifiers.identifier_type = 'contact' then identifiers.identifier
            end as known_contact_id,
            components.joins_others,
            components.is_complete,
            coalesce(components.component, identifiers.age_rank) as component
        from identifiers
        left join components on identifiers.age_rank = components.node
    ),

    -- Windows instead of joins, because Spark computes a CTE once per reader.
    members_with_rule as (
        select
            members.*,
            case
                when members.joins_others is null
                then null
                when
                    bool_or(not members.is_complete) over component_members
                    or sum(case when members.joins_others then 1 else 0 end) over component_members
                    > {{ var("identity_max_group_size") }}
                then 'group_too_large'
                when
                    min(contact_records.name_hash) over component_members
                    < max(contact_records.name_hash) over component_members
                    or min(contact_records.birth_date) over component_members
                    < max(contact_records.birth_date) over component_members
                then 'different_people'
            end as component_cut_rule
        from members
        left join contact_records on members.known_contact_id = contact_records.contact_id
        window component_members as (partition by members.component)
    ),

    -- A plain join key; a condition on the rule in the join would be slow.
    members_with_owner as (
        select
            *, case when component_cut_rule is not null then only_contact_id end as owner_contact_id
        from members_with_rule
    ),

    contact_ranks as (
        select identifier as owner_contact_id, age_rank as owner_age_rank
        from identifiers
        where identifier_type = 'contact'
    ),

    final as (
        select
            members_with_owner.identifier_type,
            members_with_owner.identifier,
            members_with_owner.age_rank,
            members_with_owner.component,
            members_with_owner.component_cut_rule,
            case
                when members_with_owner.component_cut_rule is null
                then members_with_owner.component
                else coalesce(contact_ranks.owner_age_rank, members_with_owner.age_rank)
            end as group_key,
            members_with_owner.is_customer,
            members_with_owner.is_person,
            members_with_owner.is_test,
            members_with_owner.cut_rule
        from members_with_owner
        left join
            contact_ranks on members_with_owner.owner_contact_id = contact_ranks.owner_contact_id
    )

select *
from final
