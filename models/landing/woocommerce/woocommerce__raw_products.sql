{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["products"],
            [
                "_dlt_id",
                "id",
                "date_modified_gmt",
                "name",
                "regular_price",
                "price",
                "stock_status",
            ],
        )
    }}
