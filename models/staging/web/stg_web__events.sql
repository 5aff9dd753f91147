with
    landed as (select * from {{ with_meanings("events") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "events",
                    {
                        "email": normalised_email("landed.email"),
                        "utm_source": "lower(landed.utm_source)",
                        "utm_medium": "lower(landed.utm_medium)",
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
            landed.event_type_word,
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
                        "event_id is missing": "event_id is null",
                        "occurred_at is missing": "occurred_at is null",
                        "event_type is missing": "event_type_word is null",
                        "occurred_at is in the future": is_in_the_future("occurred_at"),
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{ with_exclusion("events", "checked_rows", key="event_id", known_at="occurred_at") }}

select *
from classified_rows
