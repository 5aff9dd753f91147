-- The tracker's revenue is the paid amount, with tax and shipping and without the discount.
with
    final as (
        select
            transaction_id as order_id,
            occurred_at as ordered_at,
            contact_id,
            email,
            visitor_id,
            currency,
            cast(
                revenue
                - coalesce(tax, 0)
                - coalesce(shipping, 0)
                + coalesce(discount_amount, 0) as decimal(18, 2)
            ) as gross_amount,
            discount_amount,
            tax as tax_amount,
            shipping as shipping_amount,
            'online' as channel,
            -- Sites choose the names of their methods; an unknown name stays.
            case
                when payment_method like '%card%' or payment_method in ('credit', 'debit')
                then 'card'
                when payment_method like '%transfer%'
                then 'transfer'
                when payment_method in ('bnpl', 'buy now pay later')
                then 'instalments'
                else payment_method
            end as payment_method,
            discount_code as coupon_code
        from {{ ref("snowplow_ecommerce__transactions") }}
    )

select *
from final
