-- Destination of every row of the export, so that no row is lost silently.
with
    accounted_rows as (
        select 'lines' as line_kind, 'order_lines' as destination
        from {{ ref("shopify__lines") }}
        union all
        select 'lines of refunds', 'refunds'
        from {{ ref("shopify__refunds") }}
        {%- for rows, destination in {
                "orders": "orders",
                "refunds": "refunds",
                "customers": "customers, consents",
                "products": "products",
            }.items() %}
            union all
            select '{{ rows }}', '{{ destination }}'
            from {{ ref("shopify__raw_" ~ rows) }}
        {%- endfor %}
    ),

    final as (
        select line_kind, destination, count(*) as line_count
        from accounted_rows
        group by line_kind, destination
    )

select *
from final
