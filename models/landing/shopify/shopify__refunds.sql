-- One refund per line that came back. Money without a line (shipping, goodwill) is not in these
-- tables. Lines are a table (Fivetran, dlt) or a JSON list of the refund (Airbyte).
{% set fields = ["id", "line_item_id", "subtotal", "total_tax"] %}
with
    refunds as (
        select
            refunds.*,
            coalesce(refunds.order_id, orders.id) as id_of_order,
            {{ exported_time("refunds.created_at") }} as refunded_at
        from {{ ref("shopify__raw_refunds") }} as refunds
        left join
            {{ ref("shopify__raw_orders") }} as orders on refunds._dlt_parent_id = orders._dlt_id
    ),

    listed_lines as (
        select
            id_of_order as order_id,
            refunded_at,
            {{ json_rows("refund_line_items", fields) }} as line
        from refunds
        where refund_line_items is not null
    ),

    lines as (
        select
            refunds.id_of_order as order_id,
            refunds.refunded_at,
            lines.id,
            coalesce(lines.order_line_id, lines.line_item_id) as line_item_id,
            lines.subtotal,
            lines.total_tax
        from {{ ref("shopify__raw_refund_lines") }} as lines
        left join
            refunds
            on coalesce(lines._dlt_parent_id, lines.refund_id)
            = case when lines._dlt_parent_id is null then refunds.id else refunds._dlt_id end
        union all
        select
            order_id,
            refunded_at,
            {% for field in fields %} line.{{ field }}{{ "," if not loop.last }} {% endfor %}
        from listed_lines
    ),

    lines_with_tax as (
        select
            lines.*,
            coalesce(totals.prices_hold_tax, false) as prices_hold_tax,
            coalesce(totals.is_deleted, false) as is_deleted,
            {{ safe_cast_text("lines.subtotal", "decimal(18,2)") }} as subtotal_money,
            coalesce({{ safe_cast_text("lines.total_tax", "decimal(18,2)") }}, 0) as tax_money
        from lines
        left join {{ ref("shopify__totals") }} as totals on lines.order_id = totals.id
    ),

    final as (
        select
            id as refund_id,
            order_id,
            line_item_id as order_line_id,
            refunded_at,
            subtotal_money - case when prices_hold_tax then tax_money else 0 end as amount,
            tax_money as tax_amount
        from lines_with_tax
        where not is_deleted
    )

select *
from final
