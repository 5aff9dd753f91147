with
    landed as (select * from {{ with_meanings("service_contacts") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "service_contacts",
                    {
                        "email": normalised_email("landed.email"),
                        "phone": normalised_phone("landed.phone"),
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
            landed.channel_word,
            as_of.as_of_date,
            as_of.horizon_date
        from landed
        cross join {{ ref("as_of") }} as as_of
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "service_contact_id is missing": "service_contact_id is null",
                        "opened_at is missing": "opened_at is null",
                        "channel is missing": "channel_word is null",
                        "satisfaction_score is not 1 to 5": "satisfaction_score not between 1 and 5",
                        "opened_at is in the future": is_in_the_future("opened_at"),
                    }
                )
            }}
            as quarantine_reason
        from normalised_rows
    ),

    {{
        with_exclusion(
            "service_contacts",
            "checked_rows",
            key="service_contact_id",
            known_at="opened_at",
            version="updated_at",
        )
    }}

select *
from classified_rows
