-- Two steps, first per purchase, then per customer: a distinct count over millions of groups takes
-- ten times as long.
with
    order_categories as (
        select
            order_id,
            category,
            min(customer_id) as customer_id,
            sum(units) as units,
            sum(gross_amount) as gross_amount,
            sum(net_amount) as net_amount
        from {{ ref("int_window_lines") }}
        group by order_id, category
    ),

    final as (
        select
            customer_id,
            category,
            count(*) as orders,
            cast(sum(units) as decimal(18, 3)) as units,
            cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
            cast(sum(net_amount) as decimal(18, 2)) as net_amount
        from order_categories
        group by customer_id, category
    )

select *
from final
