with
    landed as (select * from {{ landing("leads") }}),

    as_of as (select * from {{ ref("as_of") }}),

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
                        "source_channel": "lower(landed.source_channel)",
                        "status": "lower(landed.status)",
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            as_of.as_of_date,
            as_of.horizon_date
        from landed
        cross join as_of
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
        with_row_status(
            "leads", "checked_rows", key="lead_id", known_at="created_at", version="updated_at"
        )
    }}

select *
from rows_with_status
