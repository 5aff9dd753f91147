-- An unsubscription, a complaint and a hard bounce always count, even without a key, a campaign or
-- a time. An unknown type is read as an unsubscription.
{% set is_refusal = "touch_type in ('unsubscribed', 'complained', 'bounced_hard')" %}
with
    landed as (select * from {{ with_meanings("campaign_touches") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "campaign_touches",
                    {
                        "touched_at": plausible_time("landed.touched_at"),
                        "channel": "nullif(landed.channel, 'all')",
                        "touch_type": (
                            "case when landed.touch_type_word is not null "
                            ~ "then coalesce(landed.touch_type, 'unsubscribed') end"
                        ),
                        "email": normalised_email("landed.email"),
                    },
                    relation="landed",
                )
            }},
            landed.type_error as unread_type_error,
            landed.unread_shape,
            as_of.as_of_date,
            as_of.horizon_date
        from landed
        cross join {{ ref("as_of") }} as as_of
    ),

    rows_with_statement as (
        select
            *,
            case
                when not coalesce({{ is_refusal }}, false) or unread_type_error = 'erased'
                then unread_type_error
            end as type_error,
            {{
                statement_of_withdrawal(
                    is_refusal, ["touched_at", "contact_id", "email", "touch_type", "channel"]
                )
            }} as statement
        from normalised_rows
    ),

    checked_rows as (
        select
            {{
                columns_with(
                    "campaign_touches",
                    {"touch_id": "coalesce(touch_id, 'made of ' || md5(statement))"},
                )
            }},
            statement,
            type_error,
            unread_shape,
            as_of_date,
            {{
                first_broken_rule(
                    {
                        "touch_type is missing": "touch_type is null",
                        "it names nobody": "contact_id is null and email is null",
                        "touch_id is missing": "touch_id is null and statement is null",
                        "touched_at is missing": "touched_at is null and statement is null",
                        "campaign_id is missing": "campaign_id is null and statement is null",
                        "touched_at is in the future": (
                            is_in_the_future("touched_at") ~ " and statement is null"
                        ),
                    }
                )
            }} as quarantine_reason
        from rows_with_statement
    ),

    {{
        with_exclusion(
            "campaign_touches",
            "checked_rows",
            key="touch_id, statement",
            known_at="case when statement is null then touched_at end",
            always_counts="statement is not null",
        )
    }}

select *
from classified_rows
