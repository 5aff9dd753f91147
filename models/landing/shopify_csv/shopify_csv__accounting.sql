-- Destination of every row of the export, so that no row is lost silently.
with
    accounted_rows as (
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
        select 'customers', 'customers, consents'
        from {{ ref("shopify_csv__raw_customers") }}
        union all
        select
            'products',
            case when variant_price is null then 'left out: no variant' else 'products' end
        from {{ ref("shopify_csv__raw_products") }}
    ),

    final as (
        select line_kind, destination, count(*) as line_count
        from accounted_rows
        group by line_kind, destination
    )

select *
from final
