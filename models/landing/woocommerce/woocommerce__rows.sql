-- WooCommerce keeps refunds among the orders: rows of type shop_order_refund, or with a parent.
-- Amounts of refunds are negative there.
with
    final as (
        select
            *,
            coalesce(type = 'shop_order_refund', false)
            or coalesce(parent_id, '0') <> '0' as is_refund,
            {{ exported_time("date_created_gmt") }} as created_at,
            {{ exported_time("date_modified_gmt") }} as modified_at,
            {% for column in ["discount_total", "shipping_total", "total", "total_tax"] %}
                {{ safe_cast_text(column, "decimal(18,2)") }} as {{ column }}_money
                {{ "," if not loop.last }}
            {% endfor %}
        from {{ ref("woocommerce__raw_orders") }}
    )

select *
from final
