{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["refund", "refunds", "order_refunds", "orders__refunds"],
            [
                "_dlt_id",
                "_dlt_parent_id",
                "id",
                "order_id",
                "created_at",
                "refund_line_items",
            ],
        )
    }}
