with
    landed as (select * from {{ landing("campaign_touches") }}),

    as_of as (select * from {{ ref("as_of") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "campaign_touches",
                    {
                        "channel": "lower(landed.channel)",
                        "touch_type": "lower(landed.touch_type)",
                        "email": normalised_email("landed.email"),
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
                        "touch_id is missing": "touch_id is null",
                        "touched_at is missing": "touched_at is null",
                        "campaign_id is missing": "campaign_id is null",
                        "touch_type is missing": "touch_type is null",
                        "it names nobody": "contact_id is null and email is null",
                        "touched_at is in the future": is_in_the_future("touched_at"),
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{ with_row_status("campaign_touches", "checked_rows", key="touch_id", known_at="touched_at") }}

select *
from rows_with_status
