-- Who hangs together by the links that the guard leaves. Companies link nobody: a test contact only
-- where no real one is.
with
    identifiers as (select * from {{ ref("int_identity_identifiers") }}),

    identity_links as (select * from {{ ref("int_identity_links") }}),

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
            identity_links.identifier_type <> 'account'
            and one.cut_rule is null
            and another.cut_rule is null
            and not (one.is_test and another.contacts > 0)
    ),

    {{ connected_components("person_links", var("identity_max_group_size")) }}

select *
from components
