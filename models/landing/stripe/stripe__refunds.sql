-- A refund that failed or was cancelled gave no money back.
with
    final as (
        select
            refunds.id as refund_id,
            coalesce(charges.payment_id, refunds.charge_id, refunds.charge) as order_id,
            {{ exported_time("refunds.created") }} as refunded_at,
            {{ major_units("refunds.amount", "coalesce(refunds.currency, charges.currency)") }}
            as amount
        from {{ ref("stripe__raw_refunds") }} as refunds
        left join
            {{ ref("stripe__charges") }} as charges
            on coalesce(refunds.charge_id, refunds.charge) = charges.id
        where coalesce(lower(refunds.status), 'succeeded') not in ('failed', 'canceled')
    )

select *
from final
