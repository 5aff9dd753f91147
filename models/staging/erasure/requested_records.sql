-- Contacts and leads that a key of a new request names, in any version. What the last full build
-- erased is not new.
{% set keys = {"contact": "contact_id", "email": "email", "phone": "phone"} %}
with
    requested_keys as (select * from {{ ref("requested_keys") }}),

    erased_keys as (select * from {{ ref("erased_keys") }}),

    new_keys as (
        select requested_keys.key_hash
        from requested_keys
        left join erased_keys on requested_keys.key_hash = erased_keys.key_hash
        where erased_keys.key_hash is null
    ),

    records as (
        select contact_id, cast(null as string) as lead_id, email, phone
        from {{ ref("base_crm__customers") }}
        union all
        select converted_contact_id, lead_id, email, phone
        from {{ ref("base_crm__leads") }}
    ),

    final as (
        {%- for kind, column in keys.items() %}
            select records.contact_id, records.lead_id
            from records
            inner join
                new_keys on new_keys.key_hash = {{ erased_key_hash(kind, "records." ~ column) }}
                {{ "union" if not loop.last }}
        {%- endfor %}
    )

select *
from final
