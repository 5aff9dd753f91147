-- WooCommerce keeps refunds among the orders: rows of type shop_order_refund or, without a type,
-- rows with a parent and a negative total. A positive row with a parent is a part of its parent's
-- order, as marketplaces split them.
with
    typed_rows as (
        select
            *,
            coalesce(parent_id, '0') <> '0' as has_parent,
            {{ exported_time("date_created_gmt") }} as created_at,
            {{ exported_time("date_modified_gmt") }} as modified_at,
            {% for column in ["discount_total", "shipping_total", "total", "total_tax"] %}
                {{ safe_cast_text(column, "decimal(18,2)") }} as {{ column }}_money
                {{ "," if not loop.last }}
            {% endfor %}
        from {{ ref("woocommerce__raw_orders") }}
    ),

    final as (
        select
            *,
            case
                when coalesce(type = 'shop_order_refund', has_parent and total_money < 0)
                then 'refund'
                when has_parent
                then 'part'
                else 'order'
            end as kind
        from typed_rows
    )

select *
from final
