-- Customers whom a request names that landed after the last full build: until the next one erases
-- them, the hour publishes no card of them. Of a person's keys any counts, in any version.
{% set keys = {
    "contact": "contact_id",
    "lead": "lead_id",
    "email": "email",
    "phone": "phone",
    "visitor": "visitor_id",
} %}
with
    requested_keys as (select * from {{ ref("requested_keys") }}),

    erased_keys as (select * from {{ ref("erased_keys") }}),

    evidence as (select * from {{ ref("int_identity_evidence") }}),

    contacts as (select * from {{ ref("base_crm__customers") }}),

    leads as (select * from {{ ref("base_crm__leads") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    customers as (select * from {{ ref("int_customers") }} where customer_kind = 'person'),

    pending_keys as (
        select requested_keys.*
        from requested_keys
        left join erased_keys on requested_keys.key_hash = erased_keys.key_hash
        where erased_keys.key_hash is null
    ),

    records as (
        select contact_id, lead_id, email, phone, visitor_id, hub_type, hub
        from evidence
        union all
        select contact_id, null, email, phone, null, 'contact', contact_id
        from contacts
        union all
        select converted_contact_id, lead_id, email, phone, null, 'lead', lead_id
        from leads
    ),

    named_records as (
        {%- for kind, column in keys.items() %}
            select records.*, '{{ kind }}' as named_type, records.{{ column }} as named
            from records
            inner join
                pending_keys
                on pending_keys.key_hash = {{ erased_key_hash(kind, "records." ~ column) }}
                {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    named_identifiers as (
        select named_type as identifier_type, named as identifier
        from named_records
        union
        select hub_type, hub
        from named_records
        union
        select 'contact', contact_id
        from named_records
        union
        select 'lead', lead_id
        from named_records
    ),

    final as (
        select distinct customers.customer_id
        from named_identifiers
        inner join
            identifiers
            on named_identifiers.identifier_type = identifiers.identifier_type
            and named_identifiers.identifier = identifiers.identifier
        inner join customers on identifiers.customer_id = customers.customer_id
    )

select *
from final
