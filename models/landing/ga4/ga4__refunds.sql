-- A refund without an amount is of the whole order. The rest of a refund above the goods is tax
-- and shipping.
with
    refunds as (
        select hits.*, orders.gross_amount
        from {{ ref("ga4__hits") }} as hits
        inner join {{ ref("ga4__orders") }} as orders on hits.order_id = orders.order_id
        where hits.event_name = 'refund' and hits.arrival = 1
    ),

    final as (
        select
            hit_id as refund_id,
            order_id,
            occurred_at as refunded_at,
            least(coalesce(refund_amount, gross_amount), gross_amount) as amount
        from refunds
    )

select *
from final
