-- A row that is not clearly a consent is a refusal. A refusal always counts, even without a key, a
-- time, an attribute or a value.
with
    landed as (select * from {{ landing("sensitive_attributes") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "sensitive_attributes",
                    {
                        "attribute": "lower(landed.attribute)",
                        "attribute_value": "lower(landed.attribute_value)",
                        "recorded_at": plausible_time("landed.recorded_at"),
                        "has_explicit_consent": "coalesce(landed.has_explicit_consent, false)",
                    },
                    relation="landed",
                )
            }},
            case
                when landed.has_explicit_consent or landed.type_error = 'erased'
                then landed.type_error
            end as type_error,
            landed.unread_shape,
            as_of.as_of_date,
            as_of.horizon_date
        from landed
        cross join {{ ref("as_of") }} as as_of
    ),

    rows_with_statement as (
        select
            *,
            {{
                statement_of_withdrawal(
                    "not has_explicit_consent",
                    ["recorded_at", "contact_id", "attribute", "attribute_value"],
                )
            }} as statement
        from normalised_rows
    ),

    checked_rows as (
        select
            {{
                columns_with(
                    "sensitive_attributes",
                    {"attribute_id": "coalesce(attribute_id, 'made of ' || md5(statement))"},
                )
            }},
            statement,
            type_error,
            unread_shape,
            as_of_date,
            {{
                first_broken_rule(
                    {
                        "contact_id is missing": "contact_id is null",
                        "attribute_id is missing": "attribute_id is null and statement is null",
                        "recorded_at is missing": "recorded_at is null and statement is null",
                        "attribute is missing": "attribute is null and statement is null",
                        "recorded_at is in the future": (
                            is_in_the_future("recorded_at") ~ " and statement is null"
                        ),
                    }
                )
            }} as quarantine_reason
        from rows_with_statement
    ),

    {{
        with_exclusion(
            "sensitive_attributes",
            "checked_rows",
            key="attribute_id, statement",
            known_at="case when statement is null then recorded_at end",
            always_counts="statement is not null",
        )
    }}

select *
from classified_rows
