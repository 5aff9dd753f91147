-- Everything that can stand for a customer, with its age, and why it links nobody when it does not.
{% set keys = {
    "contact": "contact_id",
    "account": "account_id",
    "lead": "lead_id",
    "email": "email",
    "phone": "phone",
    "visitor": "visitor_id",
} %}
{# A device that is no customer gives nobody its id. #}
{% set first_day = (
    "first_seen_date"
    if var("visitors_are_customers")
    else "case when identifier_type <> 'visitor' then first_seen_date end"
) %}
{% set trust = {"account": 0, "contact": 1, "lead": 2, "email": 3, "phone": 4, "visitor": 5} %}
with
    evidence as (select * from {{ ref("int_identity_evidence") }}),

    key_people as (select * from {{ ref("int_identity_key_people") }}),

    role_mailboxes as (select * from {{ ref("role_mailboxes") }}),

    mentions as (
        {%- for type, key in keys.items() %}
            select
                '{{ type }}' as identifier_type,
                {{ key }} as identifier,
                {{ trust[type] }} as trust_rank,
                first_seen_date,
                hub_type = '{{ type }}' as is_hub,
                evidence,
                is_test,
                is_bot
            from evidence
            where {{ key }} is not null {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    identifiers as (
        select
            identifier_type,
            identifier,
            trust_rank,
            min(first_seen_date) as first_seen_date,
            -- Somebody is known by it, and not only by what it was named with.
            max(
                case
                    when identifier_type = 'contact' or (is_hub and evidence <> 'event')
                    then 1
                    else 0
                end
            )
            = 1 as is_known,
            max(case when evidence = 'event' then 1 else 0 end) = 1 as is_seen_online,
            -- A test contact's address may be a real contact's, too.
            max(case when is_hub and is_test then 1 else 0 end) = 1 as is_test,
            max(case when is_bot and identifier_type = 'visitor' then 1 else 0 end) = 1 as is_bot
        from mentions
        group by identifier_type, identifier, trust_rank
    ),

    guarded_identifiers as (
        select
            identifiers.*,
            coalesce(key_people.contacts, 0) as contacts,
            coalesce(key_people.emails, 0) as emails,
            key_people.only_contact_id,
            case
                when role_mailboxes.mailbox is not null
                then 'role_mailbox'
                when identifiers.is_bot
                then 'bot'
                else key_people.cut_rule
            end as cut_rule
        from identifiers
        left join
            key_people
            on identifiers.identifier_type = key_people.identifier_type
            and identifiers.identifier = key_people.identifier
        left join
            role_mailboxes
            on identifiers.identifier_type = 'email'
            and split_part(identifiers.identifier, '@', 1) = role_mailboxes.mailbox
    ),

    final as (
        select
            identifier_type,
            identifier,
            first_seen_date,
            -- Smaller is older: the day, then the trust in its kind, then the key.
            coalesce(cast({{ first_day }} as string), '9999-12-31')
            || ' '
            || cast(trust_rank as string)
            || ' '
            || identifier_type
            || '|'
            || identifier as age_rank,
            is_test,
            -- Reason enough for a customer. A key that is cut needs an order to it.
            is_known
            or (
                cut_rule is null
                and is_seen_online
                and identifier_type in ('email'{{ ", 'visitor'" if var("visitors_are_customers") }})
            ) as is_customer,
            is_known as is_person,
            contacts,
            emails,
            only_contact_id,
            cut_rule
        from guarded_identifiers
    )

select *
from final
