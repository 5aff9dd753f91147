with
    landed as (select * from {{ landing("consents") }}),

    as_of as (select * from {{ ref("as_of") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "consents",
                    {
                        "email": normalised_email("landed.email"),
                        "purpose": "lower(landed.purpose)",
                        "channel": "lower(landed.channel)",
                        "status": "lower(landed.status)",
                        "legal_basis": "lower(landed.legal_basis)",
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
            as_of.as_of_date,
            as_of.horizon_date
        from landed
        cross join as_of
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "consent_id is missing": "consent_id is null",
                        "recorded_at is missing": "recorded_at is null",
                        "purpose is missing": "purpose is null",
                        "status is missing": "status is null",
                        "it names nobody": "contact_id is null and email is null",
                        "status is neither granted nor withdrawn": "status not in ('granted', 'withdrawn')",
                        "recorded_at is in the future": is_in_the_future("recorded_at"),
                    }
                )
            }}
            as quarantine_reason
        from normalised_rows
    ),

    {{ with_row_status("consents", "checked_rows", key="consent_id", known_at="recorded_at") }}

select *
from rows_with_status
