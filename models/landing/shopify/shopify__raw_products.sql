{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["product", "products"],
            [
                "id",
                "title",
                "product_type",
                "vendor",
                "status",
                "updated_at",
                "_fivetran_deleted",
            ],
        )
    }}
