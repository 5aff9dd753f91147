-- The total holds the goods and fees after discounts, the tax and the shipping.
with
    coupons as (
        select coalesce(_dlt_parent_id, order_id) as order_key, min(code) as code
        from {{ ref("woocommerce__raw_coupon_lines") }}
        group by coalesce(_dlt_parent_id, order_id)
    ),

    final as (
        select
            orders.id as order_id,
            orders.created_at as ordered_at,
            orders.modified_at as updated_at,
            orders.status,
            orders.customer_id as contact_id,
            orders.billing_email as email,
            orders.billing_phone as phone,
            orders.currency,
            orders.total_money
            - orders.total_tax_money
            - orders.shipping_total_money
            + orders.discount_total_money as gross_amount,
            orders.discount_total_money as discount_amount,
            orders.total_tax_money as tax_amount,
            orders.shipping_total_money as shipping_amount,
            -- Orders of the administration are taken by telephone.
            case
                orders.created_via
                when 'checkout'
                then 'online'
                when 'store-api'
                then 'online'
                when 'admin'
                then 'phone'
            end as channel,
            orders.payment_method,
            coupons.code as coupon_code,
            {% for address in ["billing", "shipping"] %}
                orders.{{ address }}_postcode,
                orders.{{ address }}_city,
                orders.{{ address }}_state as {{ address }}_region,
                orders.{{ address }}_country {{ "," if not loop.last }}
            {% endfor %}
        from {{ ref("woocommerce__rows") }} as orders
        left join coupons on coalesce(orders._dlt_id, orders.id) = coupons.order_key
        where orders.kind = 'order'
    )

select *
from final
