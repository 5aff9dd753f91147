{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["orders__line_items", "line_items"],
            ["_dlt_parent_id", "order_id", "id", "product_id", "quantity", "subtotal"],
        )
    }}
