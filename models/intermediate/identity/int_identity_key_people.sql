-- The guard: how many people a key may belong to. One that several may share links nobody.
{% set keys = {
    "lead": "lead_id",
    "email": "email",
    "phone": "phone",
    "visitor": "visitor_id",
} %}
with
    evidence as (select * from {{ ref("int_identity_evidence") }}),

    contact_records as (select * from evidence where evidence = 'contact record'),

    key_contacts as (
        {%- for type, key in keys.items() %}
            select distinct '{{ type }}' as identifier_type, {{ key }} as identifier, contact_id
            from evidence
            where
                {{ key }} is not null and contact_id is not null {{ 'union all' if not loop.last }}
        {%- endfor %}
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

    key_contact_totals as (
        select
            key_contacts.identifier_type,
            key_contacts.identifier,
            count(*) as contacts,
            min(key_contacts.contact_id) as contact_id,
            count(contact_records.name_hash) as named_contacts,
            min(contact_records.name_hash) < max(contact_records.name_hash)
            or min(contact_records.birth_date) < max(contact_records.birth_date) as is_contradicted
        from key_contacts
        left join contact_records on key_contacts.contact_id = contact_records.contact_id
        where not coalesce(contact_records.is_test, false)
        group by key_contacts.identifier_type, key_contacts.identifier
    ),

    counted_keys as (
        select
            coalesce(
                key_contact_totals.identifier_type, key_emails.identifier_type
            ) as identifier_type,
            coalesce(key_contact_totals.identifier, key_emails.identifier) as identifier,
            coalesce(key_contact_totals.contacts, 0) as contacts,
            coalesce(key_emails.emails, 0) as emails,
            coalesce(key_contact_totals.named_contacts, 0) as named_contacts,
            coalesce(key_contact_totals.is_contradicted, false) as is_contradicted,
            case
                when key_contact_totals.contacts = 1 then key_contact_totals.contact_id
            end as only_contact_id
        from key_contact_totals
        full outer join
            key_emails
            on key_contact_totals.identifier_type = key_emails.identifier_type
            and key_contact_totals.identifier = key_emails.identifier
    ),

    final as (
        select
            identifier_type,
            identifier,
            contacts,
            emails,
            only_contact_id,
            case
                when identifier_type = 'lead'
                then null
                when
                    contacts > {{ var("identity_max_contacts_per_key") }}
                    or emails > {{ var("identity_max_contacts_per_key") }}
                then 'too_many_people'
                when
                    contacts > 1
                    and (
                        is_contradicted
                        -- A household shares these: only names that agree make it one person.
                        or (identifier_type in ('phone', 'visitor') and named_contacts < contacts)
                    )
                then 'different_people'
            end as cut_rule
        from counted_keys
    )

select *
from final
