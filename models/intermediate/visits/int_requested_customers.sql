-- Customers with an erasure request that landed after the last full build. The hourly run
-- publishes no card of them until the next full build erases them. Any key of a person counts, in
-- any version.
{% set keys = {
    "contact": "contact_id",
    "lead": "lead_id",
    "email": "email",
    "phone": "phone",
    "visitor": "visitor_id",
} %}
with
    erased_keys as (select * from {{ ref("erased_keys") }}),

    records as (
        select contact_id, cast(null as string) as lead_id, email, phone
        from {{ gated("stg_crm__customers", with_excluded=true) }}
        union all
        select converted_contact_id, lead_id, email, phone
        from {{ gated("stg_crm__leads", with_excluded=true) }}
    ),

    customers as (select * from {{ ref("int_customers") }} where customer_kind = 'person'),

    pending_keys as (
        select requested_keys.*
        from {{ ref("requested_keys") }} as requested_keys
        left join erased_keys on requested_keys.key_hash = erased_keys.key_hash
        where erased_keys.key_hash is null
    ),

    named_versions as (
        {%- for kind in ["contact", "email", "phone"] %}
            select records.contact_id, records.lead_id
            from records
            inner join
                pending_keys
                on pending_keys.key_hash = {{ erased_key_hash(kind, "records." ~ keys[kind]) }}
                {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    named_records as (
        {%- for kind, column in keys.items() %}
            select
                evidence.hub_type,
                evidence.hub,
                evidence.contact_id,
                evidence.lead_id,
                '{{ kind }}' as named_type,
                evidence.{{ column }} as named
            from {{ ref("int_identity_evidence") }} as evidence
            inner join
                pending_keys
                on pending_keys.key_hash = {{ erased_key_hash(kind, "evidence." ~ column) }}
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
        union
        select 'contact', contact_id
        from named_versions
        union
        select 'lead', lead_id
        from named_versions
    ),

    final as (
        select distinct customers.customer_id
        from named_identifiers
        inner join
            {{ ref("int_customer_identifiers") }} as identifiers
            on named_identifiers.identifier_type = identifiers.identifier_type
            and named_identifiers.identifier = identifiers.identifier
        inner join customers on identifiers.customer_id = customers.customer_id
    )

select *
from final
