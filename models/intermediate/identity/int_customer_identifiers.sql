-- Customer of each identifier. A group of people's identifiers is a customer if at least one of
-- them is enough for that (is_customer). The id comes from the oldest identifier, so that newer
-- ones do not change it. Identifiers that only a company used belong to the company.
with
    members as (select * from {{ ref("int_identity_groups") }}),

    accounts as (
        select *
        from {{ ref("int_identity_identifiers") }}
        where identifier_type = 'account' and is_customer and not is_test
    ),

    people as (
        select
            group_key,
            substr(min(age_rank), 14) as oldest_identifier,
            max(case when is_person then 1 else 0 end) = 1 as is_person,
            max(case when is_customer then 1 else 0 end) = 1 as is_customer,
            max(case when is_test then 1 else 0 end) = 1
            and max(case when identifier_type = 'contact' and not is_test then 1 else 0 end)
            = 0 as is_test,
            -- A shared key belongs to nobody.
            max(case when cut_rule <> 'role_mailbox' then 1 else 0 end) = 0 as is_private
        from members
        group by group_key
    ),

    people_of_companies as (
        select
            members.group_key,
            min(identity_links.identifier) as account_id,
            count(distinct identity_links.identifier) as accounts
        from {{ ref("int_identity_links") }} as identity_links
        inner join
            members
            on identity_links.other_type = members.identifier_type
            and identity_links.other_identifier = members.identifier
        where identity_links.identifier_type = 'account'
        group by members.group_key
    ),

    owned_groups as (
        select
            people.*,
            case
                when people_of_companies.accounts = 1 and people.is_private and not people.is_person
                then people_of_companies.account_id
            end as account_id
        from people
        left join people_of_companies on people.group_key = people_of_companies.group_key
    ),

    final as (
        select
            identifier_type, identifier, {{ keyed_hash("'account|' || identifier") }} as customer_id
        from accounts
        union all
        select
            members.identifier_type,
            members.identifier,
            {{ keyed_hash("owned_groups.oldest_identifier") }}
        from members
        inner join owned_groups on members.group_key = owned_groups.group_key
        where
            owned_groups.account_id is null
            and owned_groups.is_customer
            and not owned_groups.is_test
            and not members.is_test
        union all
        select
            members.identifier_type,
            members.identifier,
            {{ keyed_hash("'account|' || accounts.identifier") }}
        from members
        inner join owned_groups on members.group_key = owned_groups.group_key
        inner join accounts on owned_groups.account_id = accounts.identifier
    )

select *
from final
