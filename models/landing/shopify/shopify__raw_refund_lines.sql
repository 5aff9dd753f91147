{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            [
                "order_line_refund",
                "order_line_refunds",
                "orders__refunds__refund_line_items",
                "order_refunds__refund_line_items",
            ],
            [
                "_dlt_parent_id",
                "id",
                "refund_id",
                "order_line_id",
                "line_item_id",
                "subtotal",
                "total_tax",
            ],
        )
    }}
