with
    -- Rates name nobody: they do not depend on erasures.
    landed as (select * from {{ landing("exchange_rates", with_erased=true) }}),

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
        cross join {{ ref("as_of") }} as as_of
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

    {{ with_exclusion("exchange_rates", "checked_rows", key="rate_id", known_at="rate_date") }},

    final as (
        select
            *,
            case
                when excluded_as is not null
                then null
                -- The first rate also covers the days before it, because history often starts
                -- later.
                when row_number() over pair = 1
                then cast('1900-01-01' as date)
                else rate_date
            end as valid_from,
            case
                when excluded_as is null
                then coalesce(lead(rate_date) over pair, cast('9999-12-31' as date))
            end as valid_until
        from classified_rows
        window
            pair as (
                partition by excluded_as, from_currency, to_currency order by rate_date, rate_id
            )
    )

select *
from final
