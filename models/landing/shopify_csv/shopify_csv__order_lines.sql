with
    final as (
        select
            order_id || '-' || cast(line_number as string) as order_line_id,
            order_id,
            coalesce(lineitem_sku, lineitem_name) as product_id,
            lineitem_quantity as quantity,
            cast(round(line_price * price_share, 4) as decimal(18, 4)) as unit_price,
            cast(
                round(coalesce(lineitem_discount_money, 0) * price_share, 2) as decimal(18, 2)
            ) as discount_amount
        from {{ ref("shopify_csv__rows") }}
        where lineitem_name is not null or lineitem_sku is not null
    )

select *
from final
