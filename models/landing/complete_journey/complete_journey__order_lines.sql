with
    sales as (select * from {{ ref("complete_journey__lines") }} where line_kind = 'sale'),

    final as (
        select
            line_id as order_line_id,
            basket_id as order_id,
            product_id,
            quantity,
            -- The division is of doubles on every engine; the discount is of the line, not of a
            -- unit.
            {{ rounded("cast(gross_amount as double) / cast(quantity as double)", 4) }}
            as unit_price,
            discount_amount
        from sales
    )

select *
from final
