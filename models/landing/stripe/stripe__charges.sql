-- A payment may take several tries, and each of them is a charge. The order is the try that
-- succeeded, else the last one.
with
    tries as (
        select
            *,
            coalesce(payment_intent_id, payment_intent, id) as payment_id,
            coalesce(customer_id, customer) as contact_id,
            {{ exported_time("created") }} as created_at,
            lower(status) = 'succeeded' as is_paid
        from {{ ref("stripe__raw_charges") }}
    ),

    final as (
        select
            *,
            row_number() over (
                partition by payment_id
                order by case when is_paid then 0 else 1 end, created_at desc nulls last, id
            ) as try_rank
        from tries
    )

select *
from final
