{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["products_export", "products"],
            ["handle", "title", "vendor", "type", "variant_sku", "variant_price", "status"],
        )
    }}
