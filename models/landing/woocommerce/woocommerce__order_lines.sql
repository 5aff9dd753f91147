-- subtotal is the line before discounts, without tax. The order has the discounts.
with
    lines as (
        select
            *,
            {{ safe_cast_text("subtotal", "decimal(18,2)") }} as subtotal_money,
            {{ safe_cast_text("quantity", "decimal(18,3)") }} as units
        from {{ ref("woocommerce__raw_line_items") }}
    ),

    final as (
        select
            lines.id as order_line_id,
            coalesce(lines.order_id, orders.id) as order_id,
            lines.product_id,
            lines.units as quantity,
            cast(
                round(lines.subtotal_money / nullif(lines.units, 0), 4) as decimal(18, 4)
            ) as unit_price
        from lines
        left join
            {{ ref("woocommerce__rows") }} as orders
            on coalesce(lines._dlt_parent_id, lines.order_id) = coalesce(orders._dlt_id, orders.id)
        -- The lines of a refund are negative, and the refund has their amount; the parent has the
        -- lines of its parts.
        where coalesce(orders.kind, 'order') = 'order'
    )

select *
from final
