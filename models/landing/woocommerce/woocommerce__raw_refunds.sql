{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["refunds", "order_refunds", "orders__refunds"],
            [
                "_dlt_parent_id",
                "order_id",
                "parent_id",
                "id",
                "date_created_gmt",
                "amount",
                "total",
            ],
        )
    }}
