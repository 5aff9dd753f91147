-- For amounts without a date, such as incomes and turnovers. Orders have the rate of their day.
with
    exchange_rates as (
        select *
        from {{ gated("stg_shop__exchange_rates") }}
        where to_currency = '{{ var("reporting_currency") }}'
    ),

    final as (
        select exchange_rates.from_currency as currency, exchange_rates.rate
        from exchange_rates
        cross join {{ ref("as_of") }} as as_of
        where
            -- Some rate tables have the rate of a currency to itself.
            exchange_rates.from_currency <> '{{ var("reporting_currency") }}'
            and as_of.as_of_date >= exchange_rates.valid_from
            and as_of.as_of_date < exchange_rates.valid_until
        union all
        select '{{ var("reporting_currency") }}', 1
    )

select *
from final
