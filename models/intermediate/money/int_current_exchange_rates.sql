-- For amounts without a date of their own, such as incomes and turnovers; orders have the rate of
-- their day.
with
    exchange_rates as (
        select *
        from {{ gated("stg_shop__exchange_rates") }}
        where to_currency = '{{ var("reporting_currency") }}'
    ),

    as_of as (select * from {{ ref("as_of") }}),

    final as (
        select exchange_rates.from_currency as currency, exchange_rates.rate
        from exchange_rates
        cross join as_of
        where
            -- Some tables of rates hold a currency's rate to itself.
            exchange_rates.from_currency <> '{{ var("reporting_currency") }}'
            and as_of.as_of_date >= exchange_rates.valid_from
            and as_of.as_of_date < exchange_rates.valid_until
        union all
        select '{{ var("reporting_currency") }}', 1
    )

select *
from final
