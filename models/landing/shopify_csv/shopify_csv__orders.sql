-- Discount Amount holds the discounts of the lines, which the contract wants at the lines.
with
    orders as (
        select *, coalesce(discount_amount_money, 0) as discount
        from {{ ref("shopify_csv__rows") }}
        where is_order
    ),

    final as (
        select
            order_id,
            created_at as ordered_at,
            case when cancelled_at is not null then 'cancelled' else financial_status end as status,
            email,
            coalesce(phone, billing_phone) as phone,
            currency,
            cast(
                round((subtotal_money + discount) * price_share, 2) as decimal(18, 2)
            ) as gross_amount,
            cast(
                round(greatest(discount - line_discounts, 0) * price_share, 2) as decimal(18, 2)
            ) as discount_amount,
            taxes_money as tax_amount,
            shipping_money as shipping_amount,
            -- Other sources are apps, whose names are theirs.
            case
                source
                when 'web'
                then 'online'
                when 'pos'
                then 'store'
                when 'shopify_draft_order'
                then 'phone'
            end as channel,
            location as store_id,
            payment_method,
            discount_code as coupon_code,
            replace(billing_zip, chr(39), '') as billing_postcode,
            billing_city,
            billing_province as billing_region,
            billing_country,
            replace(shipping_zip, chr(39), '') as shipping_postcode,
            shipping_city,
            shipping_province as shipping_region,
            shipping_country
        from orders
    )

select *
from final
