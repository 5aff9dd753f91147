{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["order_line", "order_lines", "orders__line_items"],
            [
                "_dlt_parent_id",
                "id",
                "order_id",
                "product_id",
                "sku",
                "name",
                "quantity",
                "price",
                "total_discount",
            ],
        )
    }}
