-- All identifiers that may represent a customer, with their age. A key that may belong to several
-- people links nobody, and cut_rule has the reason. This is one file, because the rules of one
-- identifier belong together.
{% set keys = {
    "contact": "contact_id",
    "account": "account_id",
    "lead": "lead_id",
    "email": "email",
    "phone": "phone",
    "visitor": "visitor_id",
} %}
{# If devices are not customers, no id comes from a device. #}
{% set first_day = (
    "first_seen_date"
    if var("visitors_are_customers")
    else "case when identifier_type <> 'visitor' then first_seen_date end"
) %}
{% set trust = {"account": 0, "contact": 1, "lead": 2, "email": 3, "phone": 4, "visitor": 5} %}
with
    evidence as (select * from {{ ref("int_identity_evidence") }}),

    contact_records as (select * from evidence where evidence = 'contact record'),

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
                is_deleted,
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
            -- Records are about it and do not only mention it. A deleted contact or company is
            -- known by what it ordered.
            max(
                case
                    when identifier_type = 'contact' or (is_hub and evidence <> 'event')
                    then 1
                    else 0
                end
            )
            = 1
            and (
                max(
                    case
                        when is_deleted and identifier_type in ('contact', 'account') then 1 else 0
                    end
                )
                = 0
                or max(case when is_hub and evidence = 'order' then 1 else 0 end) = 1
            ) as is_known,
            max(case when evidence = 'event' then 1 else 0 end) = 1 as is_seen_online,
            -- The address of a test contact may also belong to a real contact.
            max(case when is_hub and is_test then 1 else 0 end) = 1 as is_test,
            max(case when is_bot and identifier_type = 'visitor' then 1 else 0 end) = 1 as is_bot
        from mentions
        group by identifier_type, identifier, trust_rank
    ),

    key_contacts as (
        {%- for type in ("lead", "email", "phone", "visitor") %}
            select distinct
                '{{ type }}' as identifier_type,
                {{ keys[type] }} as identifier,
                surviving_contact_id as contact_id
            from evidence
            where {{ keys[type] }} is not null and contact_id is not null
            union all
        {%- endfor %}
        select 'contact', contact_id, surviving_contact_id
        from evidence
        where evidence = 'contact merge'
    ),

    key_emails as (
        {%- for type in ("phone", "visitor") %}
            select
                '{{ type }}' as identifier_type,
                {{ keys[type] }} as identifier,
                count(distinct email) as emails
            from evidence
            where {{ keys[type] }} is not null and email is not null and account_id is null
            group by {{ keys[type] }} {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    role_mailboxes as (select * from {{ ref("role_mailboxes") }}),

    -- People are told apart by the names of their contacts, guests by their addresses. A test
    -- contact and a mailbox of a function are nobody.
    evidence_of_people as (
        select
            evidence.*,
            case when role_mailboxes.mailbox is null then evidence.email end as own_email,
            case
                when not coalesce(contact_records.is_test, false)
                then coalesce(contact_records.name_hash, evidence.surviving_contact_id)
            end as person
        from evidence
        left join contact_records on evidence.surviving_contact_id = contact_records.contact_id
        left join
            role_mailboxes
            on {{ dbt.split_part("evidence.email", "'@'", 1) }} = role_mailboxes.mailbox
        where evidence.account_id is null
    ),

    people_of_emails as (
        select own_email, min(person) as person, max(person) as other_person
        from evidence_of_people
        where own_email is not null and contact_id is not null
        group by own_email
    ),

    key_people as (
        {%- for type in ("phone", "visitor") %}
            select
                '{{ type }}' as identifier_type,
                evidence_of_people.{{ keys[type] }} as identifier,
                count(
                    distinct case
                        when evidence_of_people.contact_id is not null
                        then evidence_of_people.person
                        when people_of_emails.own_email is null
                        then evidence_of_people.own_email
                        when people_of_emails.person < people_of_emails.other_person
                        then evidence_of_people.own_email
                        else people_of_emails.person
                    end
                ) as people
            from evidence_of_people
            left join people_of_emails on evidence_of_people.own_email = people_of_emails.own_email
            where evidence_of_people.{{ keys[type] }} is not null
            group by evidence_of_people.{{ keys[type] }} {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    key_contact_totals as (
        select
            key_contacts.identifier_type,
            key_contacts.identifier,
            count(*) as contacts,
            min(key_contacts.contact_id) as contact_id,
            min(contact_records.name_hash) < max(contact_records.name_hash)
            or min(contact_records.birth_date) < max(contact_records.birth_date) as is_contradicted
        from key_contacts
        left join contact_records on key_contacts.contact_id = contact_records.contact_id
        where not coalesce(contact_records.is_test, false)
        group by key_contacts.identifier_type, key_contacts.identifier
    ),

    guarded_identifiers as (
        select
            identifiers.*,
            coalesce(key_contact_totals.contacts, 0) as contacts,
            coalesce(key_emails.emails, 0) as emails,
            case
                when key_contact_totals.contacts = 1 then key_contact_totals.contact_id
            end as only_contact_id,
            case
                when role_mailboxes.mailbox is not null
                then 'role_mailbox'
                when identifiers.is_bot
                then 'bot'
                when identifiers.identifier_type = 'lead'
                then null
                when
                    key_contact_totals.contacts > {{ var("identity_max_contacts_per_key") }}
                    or key_emails.emails > {{ var("identity_max_contacts_per_key") }}
                then 'too_many_people'
                when
                    (key_contact_totals.contacts > 1 and key_contact_totals.is_contradicted)
                    -- Households and call centres share numbers and devices.
                    or key_people.people > 1
                then 'different_people'
            end as cut_rule
        from identifiers
        left join
            key_contact_totals
            on identifiers.identifier_type = key_contact_totals.identifier_type
            and identifiers.identifier = key_contact_totals.identifier
        left join
            key_emails
            on identifiers.identifier_type = key_emails.identifier_type
            and identifiers.identifier = key_emails.identifier
        left join
            key_people
            on identifiers.identifier_type = key_people.identifier_type
            and identifiers.identifier = key_people.identifier
        left join
            role_mailboxes
            on case
                when identifiers.identifier_type = 'email'
                then {{ dbt.split_part("identifiers.identifier", "'@'", 1) }}
            end
            = role_mailboxes.mailbox
    ),

    final as (
        select
            identifier_type,
            identifier,
            first_seen_date,
            -- Ordered by first day, trust in the kind, kind and key.
            coalesce(cast({{ first_day }} as string), '9999-12-31')
            || ' '
            || cast(trust_rank as string)
            || ' '
            || identifier_type
            || '|'
            || identifier as age_rank,
            is_test,
            -- A cut key only makes a customer if it is known by an order.
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
