-- Lines are a table (Fivetran, dlt) or a JSON list of the order (Airbyte).
{% set fields = ["id", "product_id", "sku", "name", "quantity", "price", "total_discount"] %}
with
    orders as (select * from {{ ref("shopify__raw_orders") }}),

    listed_lines as (
        select id as order_id, {{ json_rows("line_items", fields) }} as line
        from orders
        where line_items is not null
    ),

    lines as (
        select
            coalesce(lines.order_id, orders.id) as order_id,
            {% for field in fields %} lines.{{ field }}{{ "," if not loop.last }} {% endfor %}
        from {{ ref("shopify__raw_order_lines") }} as lines
        left join orders on lines._dlt_parent_id = orders._dlt_id
        union all
        select
            order_id,
            {% for field in fields %} line.{{ field }}{{ "," if not loop.last }} {% endfor %}
        from listed_lines
    ),

    final as (
        select
            *,
            {{ safe_cast_text("price", "decimal(18,4)") }} as price_money,
            coalesce({{ safe_cast_text("total_discount", "decimal(18,2)") }}, 0) as line_discount
        from lines
    )

select *
from final
