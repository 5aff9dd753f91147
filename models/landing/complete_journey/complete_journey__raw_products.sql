{{ config(materialized="ephemeral") }}
select product_id, product_category, product_type
from {{ export_file("products") }}
