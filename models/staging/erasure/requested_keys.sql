-- depends_on: {{ ref('as_of') }} Keys that the landed requests name. A telephone number without a
-- country may belong to any country. The hourly run reads the requests anew.
{% set digits = erasure_key("phone", "phone") %}
with
    requests as (select * from {{ landing("erasure_requests", with_erased=true) }}),

    countries as (
        select distinct calling_code, coalesce(trunk_prefix, '') as trunk_prefix
        from {{ ref("reference_countries") }}
        where calling_code is not null
    ),

    phones as (select distinct {{ digits }} as phone from requests where phone is not null),

    national_phones as (select * from phones where phone not like '+%'),

    keys as (
        select 'contact' as kind, {{ erased_key_hash("contact", "contact_id") }} as key_hash
        from requests
        union
        select 'email', {{ erased_key_hash("email", erasure_key("email", "email")) }}
        from requests
        union
        select 'visitor', {{ erased_key_hash("visitor", "visitor_id") }}
        from requests
        union
        select 'phone', {{ erased_key_hash("phone", "phone") }}
        from phones
        union
        select 'phone', {{ erased_key_hash("phone", "'+' || phone") }}
        from national_phones
        union
        select
            'phone',
            {{
                erased_key_hash(
                    "phone",
                    "'+' || countries.calling_code || case"
                    ~ " when national_phones.phone like countries.trunk_prefix || '%'"
                    ~ " then substr(national_phones.phone, length(countries.trunk_prefix) + 1)"
                    ~ " else national_phones.phone end",
                )
            }}
        from national_phones
        cross join countries
    ),

    final as (select kind, key_hash from keys where key_hash is not null)

select *
from final
