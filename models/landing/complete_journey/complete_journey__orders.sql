-- An order is a basket with an amount of its own. The sum of the lines would lack money without
-- units and lose cents, because prices of a unit are rounded to four places. The export names no
-- currency, so that staging takes its amounts (in fact dollars) to be in the reporting currency.
with
    final as (
        select
            basket_id as order_id,
            min(bought_at) as ordered_at,
            max(household_id) as contact_id,
            'store' as channel,
            max(store_id) as store_id,
            cast(sum(gross_amount) as decimal(18, 2)) as gross_amount
        from {{ ref("complete_journey__lines") }}
        group by basket_id
    )

select *
from final
