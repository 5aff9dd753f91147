-- The export has one sum of refunds per order, with tax and shipping and without a day. The parts
-- have the shares that they have in the order; the day is that of the cancellation or of the order.
with
    refunded_orders as (
        select
            *,
            least(refunded_amount_money / total_money, 1) as refunded_share,
            subtotal_money * price_share as goods
        from {{ ref("shopify_csv__rows") }}
        where is_order and refunded_amount_money > 0 and total_money > 0
    ),

    final as (
        select
            order_id || '-refund' as refund_id,
            order_id,
            coalesce(cancelled_at, created_at) as refunded_at,
            cast(round(goods * refunded_share, 2) as decimal(18, 2)) as amount,
            cast(
                round(coalesce(taxes_money, 0) * refunded_share, 2) as decimal(18, 2)
            ) as tax_amount,
            cast(
                round(coalesce(shipping_money, 0) * refunded_share, 2) as decimal(18, 2)
            ) as shipping_amount
        from refunded_orders
    )

select *
from final
