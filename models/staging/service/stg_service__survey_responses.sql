with
    landed as (select * from {{ landing("survey_responses") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "survey_responses",
                    {
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
        cross join {{ ref("as_of") }} as as_of
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "response_id is missing": "response_id is null",
                        "responded_at is missing": "responded_at is null",
                        "survey_id is missing": "survey_id is null",
                        "question_id is missing": "question_id is null",
                        "responded_at is in the future": is_in_the_future("responded_at"),
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{
        with_exclusion(
            "survey_responses", "checked_rows", key="response_id", known_at="responded_at"
        )
    }}

select *
from classified_rows
