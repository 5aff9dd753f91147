-- The revenue of a purchase has tax and shipping in it.
with
    final as (
        select
            order_id,
            occurred_at as ordered_at,
            'paid' as status,
            user_id as contact_id,
            user_pseudo_id as visitor_id,
            currency,
            cast(
                revenue - coalesce(tax_amount, 0) - coalesce(shipping_amount, 0) as decimal(18, 2)
            ) as gross_amount,
            tax_amount,
            shipping_amount,
            'online' as channel
        from {{ ref("ga4__purchases") }}
    )

select *
from final
