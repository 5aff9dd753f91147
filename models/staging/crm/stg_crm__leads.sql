-- If a lead is converted after as_of_date, its conversion is not visible yet.
{% set is_converted = (
    "coalesce(landed.converted_at < " ~ next_day("as_of.as_of_date") ~ ", true)"
) %}
with
    landed as (select * from {{ with_meanings("leads") }}),

    country_names as (select * from {{ ref("reference_country_names") }}),

    countries as (select * from {{ ref("reference_countries") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "leads",
                    {
                        "email": normalised_email("landed.email"),
                        "phone": normalised_phone("landed.phone", "countries"),
                        "country": "country_names.country_code",
                        "converted_contact_id": "case when "
                        ~ is_converted
                        ~ " then landed.converted_contact_id end",
                        "converted_account_id": "case when "
                        ~ is_converted
                        ~ " then landed.converted_account_id end",
                        "converted_at": "case when "
                        ~ is_converted
                        ~ " then landed.converted_at end",
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
        left join country_names on country_names.alias = lower(landed.country)
        left join countries on country_names.country_code = countries.country_code
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "lead_id is missing": "lead_id is null",
                        "created_at is missing": "created_at is null",
                        "created_at is in the future": is_in_the_future("created_at"),
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{
        with_exclusion(
            "leads", "checked_rows", key="lead_id", known_at="created_at", version="updated_at"
        )
    }}

select *
from classified_rows
