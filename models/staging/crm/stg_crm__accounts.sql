with
    landed as (select * from {{ with_meanings("accounts") }}),

    country_names as (select * from {{ ref("reference_country_names") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "accounts",
                    {
                        "currency": currency_code("landed.currency"),
                        "country": "country_names.country_code",
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
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "account_id is missing": "account_id is null",
                        "created_at is in the future": is_in_the_future("created_at"),
                        "employees is negative": "employees < 0",
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{
        with_exclusion(
            "accounts",
            "checked_rows",
            key="account_id",
            known_at="created_at",
            version="updated_at",
        )
    }}

select *
from classified_rows
