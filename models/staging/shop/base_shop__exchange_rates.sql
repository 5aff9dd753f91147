with
    landed as (select * from {{ landing("exchange_rates") }}),

    as_of as (select * from {{ ref("as_of") }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "exchange_rates",
                    {
                        "rate_id": "coalesce(landed.rate_id, concat_ws('|', cast(landed.rate_date as string), upper(landed.from_currency), upper(landed.to_currency)))",
                        "from_currency": "upper(landed.from_currency)",
                        "to_currency": "upper(landed.to_currency)",
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
                        "rate_date is missing": "rate_date is null",
                        "from_currency is missing": "from_currency is null",
                        "to_currency is missing": "to_currency is null",
                        "rate is missing": "rate is null",
                        "rate is not positive": "rate <= 0",
                        "rate_date is in the future": is_in_the_future("rate_date"),
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{ with_row_status("exchange_rates", "checked_rows", key="rate_id", known_at="rate_date") }}

select *
from rows_with_status
