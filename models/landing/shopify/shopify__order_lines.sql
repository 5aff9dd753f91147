with
    final as (
        select
            lines.id as order_line_id,
            lines.order_id,
            coalesce(lines.product_id, lines.sku, lines.name) as product_id,
            lines.quantity,
            cast(
                round(lines.price_money * coalesce(totals.price_share, 1), 4) as decimal(18, 4)
            ) as unit_price,
            cast(
                round(lines.line_discount * coalesce(totals.price_share, 1), 2) as decimal(18, 2)
            ) as discount_amount
        from {{ ref("shopify__lines") }} as lines
        left join {{ ref("shopify__totals") }} as totals on lines.order_id = totals.id
        where not coalesce(totals.is_deleted, false)
    )

select *
from final
