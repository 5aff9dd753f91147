-- Customers with the same history have the same forecast, which is computed once for all of them.
with
    final as (
        select
            period,
            repeats,
            recency_days,
            age_days,
            later_days,
            later_purchases,
            count(*) as customers
        from {{ ref("int_purchase_histories") }}
        group by period, repeats, recency_days, age_days, later_days, later_purchases
    )

select *
from final
