-- Keys that link nobody, and groups that were split.
with
    final as (
        select
            'key' as cut_kind,
            identifier_type,
            {{ keyed_hash("identifier_type || '|' || identifier") }} as cut_key,
            cut_rule,
            cast(1 as bigint) as identifiers,
            contacts,
            emails,
            first_seen_date
        from {{ ref("int_identity_identifiers") }}
        where cut_rule is not null
        union all
        select
            'group',
            'group',
            {{ keyed_hash("substr(component, 14)") }},
            component_cut_rule,
            count(*),
            sum(case when identifier_type = 'contact' then 1 else 0 end),
            sum(case when identifier_type = 'email' then 1 else 0 end),
            cast(min(substr(age_rank, 1, 10)) as date)
        from {{ ref("int_identity_groups") }}
        where component_cut_rule is not null
        group by component, component_cut_rule
    )

select
    cut_kind,
    identifier_type,
    cut_key,
    cut_rule,
    identifiers,
    cast(contacts as bigint) as contacts,
    cast(emails as bigint) as emails,
    first_seen_date
from final
