{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["products__categories", "product_categories"],
            ["_dlt_parent_id", "product_id", "name"],
        )
    }}
