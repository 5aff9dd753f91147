with
    landed as (select * from {{ landing("sensitive_attributes") }}),

    as_of as (select * from {{ ref("as_of") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "sensitive_attributes",
                    {
                        "attribute": "lower(landed.attribute)",
                        "attribute_value": "lower(landed.attribute_value)",
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
                        "attribute_id is missing": "attribute_id is null",
                        "recorded_at is missing": "recorded_at is null",
                        "contact_id is missing": "contact_id is null",
                        "attribute is missing": "attribute is null",
                        "has_explicit_consent is missing": "has_explicit_consent is null",
                        "recorded_at is in the future": is_in_the_future("recorded_at"),
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{
        with_row_status(
            "sensitive_attributes", "checked_rows", key="attribute_id", known_at="recorded_at"
        )
    }}

select *
from rows_with_status
