-- Destination of every row of the export, so that no row is lost silently.
{% call accounting(
    "woocommerce",
    {
        "coupon_lines": "orders",
        "customers": "customers",
        "products": "products",
        "product_categories": "products",
    }
) %}
    select
        'orders' as line_kind,
        case
            kind
            when 'refund'
            then 'refunds'
            when 'part'
            then 'left out: part of another order'
            else 'orders'
        end as destination
    from {{ ref("woocommerce__rows") }}
    union all
    select
        'line items',
        case
            when coalesce(orders.kind, 'order') <> 'order'
            then 'left out: line of a refund or part'
            else 'order_lines'
        end
    from {{ ref("woocommerce__raw_line_items") }} as lines
    left join
        {{ ref("woocommerce__rows") }} as orders
        on coalesce(lines._dlt_parent_id, lines.order_id) = coalesce(orders._dlt_id, orders.id)
    union all
    select
        'refunds',
        case when orders.kind = 'refund' then 'left out: a row of orders has it' else 'refunds' end
    from {{ ref("woocommerce__raw_refunds") }} as refunds
    left join {{ ref("woocommerce__rows") }} as orders on refunds.id = orders.id
{% endcall %}
