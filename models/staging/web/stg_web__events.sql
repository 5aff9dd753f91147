with
    landed as (select * from {{ landing("events") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "events",
                    {
                        "event_type": "lower(landed.event_type)",
                        "email": normalised_email("landed.email"),
                        "page_type": "lower(landed.page_type)",
                        "utm_source": "lower(landed.utm_source)",
                        "utm_medium": "lower(landed.utm_medium)",
                        "device_type": "lower(landed.device_type)",
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
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
                        "event_type is missing": "event_type is null",
                        "occurred_at is in the future": is_in_the_future("occurred_at"),
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{ with_exclusion("events", "checked_rows", key="event_id", known_at="occurred_at") }}

select *
from classified_rows
