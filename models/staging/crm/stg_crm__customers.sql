with
    landed as (select * from {{ with_meanings("customers") }}),

    country_names as (select * from {{ ref("reference_country_names") }}),

    countries as (select * from {{ ref("reference_countries") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "customers",
                    {
                        "email": normalised_email("landed.email"),
                        "phone": normalised_phone("landed.phone", "countries"),
                        "birth_date": plausible_birth_date(
                            "landed.birth_date", "as_of.as_of_date"
                        ),
                        "birth_year": (
                            "case when extract(year from as_of.as_of_date) - landed.birth_year "
                            ~ "between 0 and 110 then landed.birth_year end"
                        ),
                        "income_currency": currency_code("landed.income_currency"),
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
        left join countries on country_names.country_code = countries.country_code
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "contact_id is missing": "contact_id is null",
                        "created_at is in the future": is_in_the_future("created_at"),
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{
        with_exclusion(
            "customers",
            "checked_rows",
            key="contact_id",
            known_at="created_at",
            version="updated_at",
        )
    }}

select *
from classified_rows
