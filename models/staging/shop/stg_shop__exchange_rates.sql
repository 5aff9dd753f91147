with
    rates as (select * from {{ ref("base_shop__exchange_rates") }} where row_status = 'staged'),

    final as (
        select
            {{ columns_with("exchange_rates") }},
            -- The first rate also stands for the days before it: history often starts later.
            case
                when row_number() over pair = 1 then cast('1900-01-01' as date) else rate_date
            end as valid_from,
            coalesce(lead(rate_date) over pair, cast('9999-12-31' as date)) as valid_until
        from rates
        window pair as (partition by from_currency, to_currency order by rate_date, rate_id)
    )

select *
from final
