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
        left join
            contact_records
            on members.identifier_type = 'contact'
            and members.identifier = contact_records.contact_id
        -- Nobody is cut from himself.
        where members.joins_others is not null
        group by members.component
    ),

    final as (
        select
            members.identifier_type,
            members.identifier,
            members.age_rank,
            members.component,
            component_cuts.component_cut_rule,
            case
                when component_cuts.component_cut_rule is null
                then members.component
                else coalesce(owners.age_rank, members.age_rank)
            end as group_key,
            members.is_customer,
            members.is_person,
            members.is_test,
            members.cut_rule
        from members
        left join component_cuts on members.component = component_cuts.component
        left join
            identifiers as owners
            on owners.identifier_type = 'contact'
            and members.only_contact_id = owners.identifier
            and component_cuts.component_cut_rule is not null
    )

select *
from final
