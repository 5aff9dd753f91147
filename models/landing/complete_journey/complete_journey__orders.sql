-- An order is a basket. Its amount is given, not left to its lines: money without units is in it,
-- and prices of a unit, rounded to four places, would lose cents.
-- The export names no currency, so that staging takes its amounts (in fact dollars) to be in the
-- reporting currency.
with
    lines as (select * from {{ ref("complete_journey__lines") }}),

    final as (
        select
            basket_id as order_id,
            min(bought_at) as ordered_at,
            max(household_id) as contact_id,
            'store' as channel,
            max(store_id) as store_id,
            cast(sum(gross_amount) as decimal(18, 2)) as gross_amount
        from lines
        group by basket_id
    )

select *
from final
