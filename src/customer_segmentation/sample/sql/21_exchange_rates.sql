-- Monthly rates into the euro, from the month before the first order on.
create view landing.exchange_rates as
with currencies as (
    select * from (values
        (1, 'CHF', 1.025, 1.065, 0.012), (2, 'GBP', 1.155, 1.185, 0.014),
        (3, 'PLN', 0.224, 0.235, 0.003), (4, 'SEK', 0.086, 0.090, 0.002),
        (5, 'USD', 0.925, 0.885, 0.020)
    ) as listed (currency_no, currency, first_rate, last_rate, wobble)
),

months as (
    select
        range as month_no,
        cast(date '2023-06-01' + to_months(cast(range as int)) as date) as month_start,
    from range(25)
),

rates as (
    select
        currencies.*, months.*,
        dirt_by_stride(['duplicate', 'broken number'], currency_no * 25 + month_no, 113) as dirt,
    from currencies
    cross join months
),

copied as (
    select *, unnest(copies(dirt, ['duplicate', 'broken number'])) as copy_no
    from rates
),

final as (
    select
        currency || '-' || strftime(month_start, '%Y%m')
            || case when copy_no = 1 and dirt = 'broken number' then 'B' else '' end
            as rate_id,
        month_start as rate_date, currency as from_currency, 'EUR' as to_currency,
        case
            when copy_no = 1 and dirt = 'broken number' then '12,5x'
            else cast(cast(round(
                first_rate + (last_rate - first_rate) * month_no / 24.0
                + wobble * (chance('rate', currency || month_no) - 0.5), 5
            ) as decimal(18, 8)) as varchar)
        end as rate,
        month_no * 100 + currency_no * 10 + copy_no as sort_key,
    from copied
)

select * from final;
