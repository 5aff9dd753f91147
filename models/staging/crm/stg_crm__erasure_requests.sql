-- A request counts as soon as it lands: neither as_of_date nor an implausible date may delay an
-- erasure. The columns that name a person hold hashes of keys; erased_keys reads the keys
-- themselves.
{% set email = erasure_key("email", "landed.email") %}
{% set phone = erasure_key("phone", "landed.phone") %}
with
    landed as (select * from {{ landing("erasure_requests", with_erased=true) }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "erasure_requests",
                    {
                        "contact_id": erased_key_hash("contact", "landed.contact_id"),
                        "email": erased_key_hash("email", email),
                        "phone": erased_key_hash("phone", phone),
                        "visitor_id": erased_key_hash("visitor", "landed.visitor_id"),
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
            as_of.as_of_date,
            as_of.horizon_date,
            landed.email is not null and {{ normalised_email(email) }} is null as is_no_address,
            -- A number without a country may belong to any country.
            landed.phone is not null
            and coalesce(length({{ remove_matches(phone, "[^0-9]") }}), 0) < 5 as is_no_number
        from landed
        cross join {{ ref("as_of") }} as as_of
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "erasure_request_id is missing": "erasure_request_id is null",
                        "requested_at is missing": "requested_at is null",
                        "it names nobody": "coalesce(contact_id, email, phone, visitor_id) is null",
                        "email is no address": "is_no_address",
                        "phone is no telephone number": "is_no_number",
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{
        with_exclusion(
            "erasure_requests", "checked_rows", key="erasure_request_id", always_counts="true"
        )
    }}

select *
from classified_rows
