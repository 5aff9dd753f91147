{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["orders__coupon_lines", "coupon_lines"], ["_dlt_parent_id", "order_id", "code"]
        )
    }}
