-- Which identifiers are one person. A group that is too large, or whose contacts cannot be one
-- person, is cut back: an identifier stays with its contact when it has exactly one, else alone.
with
    identifiers as (
        select * from {{ ref("int_identity_identifiers") }} where identifier_type <> 'account'
    ),

    components as (select * from {{ ref("int_identity_components") }}),

    contact_records as (
        select *
        from {{ ref("int_identity_evidence") }}
        where evidence = 'contact record' and not is_test
    ),

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

    component_cuts as (
        select
            members.component,
            case
                when
                    min(case when members.is_complete then 1 else 0 end) = 0
                    or sum(case when members.joins_others then 1 else 0 end)
                    > {{ var("identity_max_group_size") }}
                then 'group_too_large'
                when
                    min(contact_records.name_hash) < max(contact_records.name_hash)
                    or min(contact_records.birth_date) < max(contact_records.birth_date)
                then 'different_people'
            end as component_cut_rule
        from members
        left join contact_records on members.known_contact_id = contact_records.contact_id
        where members.joins_others is not null
        group by members.component
    ),

    -- The contact is looked up by a plain key: a condition on the rule in the join would make it
    -- slow.
    members_with_owner as (
        select
            members.*,
            component_cuts.component_cut_rule,
            case
                when component_cuts.component_cut_rule is not null then members.only_contact_id
            end as owner_contact_id
        from members
        left join component_cuts on members.component = component_cuts.component
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
