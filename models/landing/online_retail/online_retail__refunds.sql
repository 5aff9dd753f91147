-- A cancellation without its sale in the export is left out: it refunds nothing in the export.
with
    cancellations as (
        select * from {{ ref("online_retail__cancellations") }} where order_id is not null
    ),

    final as (
        select
            cancellation_id as refund_id,
            cancelled_at as refunded_at,
            order_id,
            order_line_id,
            amount
        from cancellations
    )

select *
from final
