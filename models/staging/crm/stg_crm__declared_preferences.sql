-- An attribute that is a special category of the GDPR (Art. 9) is refused: sensitive_attributes has
-- rules of its own. The list has beginnings of words, in English and German.
{% set special_category = (
    "(^| )(allerg|behinder|belief|biometri|church|confession|disab|disease|ethni|faith|geneti"
    ~ "|gesundheit|gewerkschaft|glaube|health|illness|konfession|krank|medic|medizin|politi|racial"
    ~ "|race$|religi|sexual|sexuell|trade union|union member)"
) %}
with
    landed as (select * from {{ with_meanings("declared_preferences") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "declared_preferences",
                    {
                        "email": normalised_email("landed.email"),
                        "attribute": "trim("
                        ~ replace_matches("lower(landed.attribute)", "[ _-]+", " ")
                        ~ ")",
                        "preference_value": "lower(landed.preference_value)",
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
            landed.preference_type_word,
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
                        "preference_id is missing": "preference_id is null",
                        "declared_at is missing": "declared_at is null",
                        "preference_type is missing": "preference_type_word is null",
                        "preference_value is missing": "preference_value is null",
                        "attribute is missing": "preference_type = 'attribute' and attribute is null",
                        "attribute belongs to sensitive_attributes": "preference_type = 'attribute' and "
                        ~ matches("attribute", special_category),
                        "it names nobody": "contact_id is null and email is null",
                        "declared_at is in the future": is_in_the_future("declared_at"),
                    }
                )
            }}
            as quarantine_reason
        from normalised_rows
    ),

    {{
        with_exclusion(
            "declared_preferences", "checked_rows", key="preference_id", known_at="declared_at"
        )
    }}

select *
from classified_rows
