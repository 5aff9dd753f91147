-- Lines with price 0 stay: they are free goods.
with
    sales as (select * from {{ ref("online_retail__lines") }} where line_kind = 'sale'),

    final as (
        select
            line_id as order_line_id,
            invoice_no as order_id,
            stock_code as product_id,
            quantity,
            unit_price
        from sales
    )

select *
from final
