-- What went back, in the currency of the order. Without a line it was taken off the order as a
-- whole.
with
    refunds as (select * from {{ gated("stg_shop__refunds") }}),

    final as (
        select order_id, order_line_id, sum(amount) as refund_amount
        from refunds
        group by order_id, order_line_id
    )

select *
from final
