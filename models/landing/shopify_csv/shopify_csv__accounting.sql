-- Destination of every row of the export, so that no row is lost silently.
{% call accounting("shopify_csv", {"customers": "customers, consents"}) %}
    select
        'orders: ' || case when is_order then 'first row' else 'further row' end as line_kind,
        case
            when is_order
            then 'orders, order_lines, refunds'
            when lineitem_name is not null or lineitem_sku is not null
            then 'order_lines'
            else 'left out: no line'
        end as destination
    from {{ ref("shopify_csv__rows") }}
    union all
    select
        'products', case when variant_price is null then 'left out: no variant' else 'products' end
    from {{ ref("shopify_csv__raw_products") }}
{% endcall %}
