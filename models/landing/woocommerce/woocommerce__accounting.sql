-- Destination of every row of the export, so that no row is lost silently.
with
    accounted_rows as (
        select
            'orders' as line_kind,
            case when is_refund then 'refunds' else 'orders' end as destination
        from {{ ref("woocommerce__rows") }}
        union all
        select
            'line items',
            case
                when coalesce(orders.is_refund, false)
                then 'left out: line of a refund'
                else 'order_lines'
            end
        from {{ ref("woocommerce__raw_line_items") }} as lines
        left join
            {{ ref("woocommerce__rows") }} as orders
            on coalesce(lines._dlt_parent_id, lines.order_id) = coalesce(orders._dlt_id, orders.id)
        {%- for rows, destination in {
                "refunds": "refunds",
                "coupon_lines": "orders",
                "customers": "customers",
                "products": "products",
                "product_categories": "products",
            }.items() %}
            union all
            select '{{ rows | replace("_", " ") }}', '{{ destination }}'
            from {{ ref("woocommerce__raw_" ~ rows) }}
        {%- endfor %}
    ),

    final as (
        select line_kind, destination, count(*) as line_count
        from accounted_rows
        group by line_kind, destination
    )

select *
from final
