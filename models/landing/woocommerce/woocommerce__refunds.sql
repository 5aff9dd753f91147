-- A refund has tax and shipping in it: its parts have the shares that they have in the order.
-- Refunds inside an order have no day and get that of the order's last change.
with
    orders as (select * from {{ ref("woocommerce__rows") }} where kind = 'order'),

    refund_rows as (select * from {{ ref("woocommerce__rows") }} where kind = 'refund'),

    -- A list of refunds may have those of the rows, too.
    refunds as (
        select
            refunds.id as refund_id,
            coalesce(refunds.order_id, nullif(refunds.parent_id, '0')) as order_id,
            refunds._dlt_parent_id,
            {{ exported_time("refunds.date_created_gmt") }} as refunded_at,
            {{ safe_cast_text("coalesce(refunds.amount, refunds.total)", "decimal(18,2)") }}
            as amount
        from {{ ref("woocommerce__raw_refunds") }} as refunds
        left join refund_rows on refunds.id = refund_rows.id
        where refund_rows.id is null
        union all
        select id, nullif(parent_id, '0'), cast(null as string), created_at, total_money
        from refund_rows
    ),

    refunds_with_id as (
        select refunds.*, coalesce(refunds.order_id, orders.id) as id_of_order
        from refunds
        left join orders on refunds._dlt_parent_id = orders._dlt_id
    ),

    refunds_with_order as (
        select
            refunds.refund_id,
            refunds.id_of_order as order_id,
            coalesce(refunds.refunded_at, orders.modified_at, orders.created_at) as refunded_at,
            abs(refunds.amount) as refunded,
            orders.total_money as total,
            orders.total_tax_money as tax,
            orders.shipping_total_money as shipping
        from refunds_with_id as refunds
        left join orders on refunds.id_of_order = orders.id
    ),

    shares as (select *, least(refunded / nullif(total, 0), 1) as share from refunds_with_order),

    final as (
        select
            refund_id,
            order_id,
            refunded_at,
            cast(
                coalesce(round((total - tax - shipping) * share, 2), refunded) as decimal(18, 2)
            ) as amount,
            cast(round(tax * share, 2) as decimal(18, 2)) as tax_amount,
            cast(round(shipping * share, 2) as decimal(18, 2)) as shipping_amount
        from shares
    )

select *
from final
