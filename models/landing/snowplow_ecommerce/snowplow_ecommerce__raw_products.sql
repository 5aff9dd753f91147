{{ config(materialized="ephemeral") }}
{% set columns = [
    "root_id",
    "id",
    "name",
    "category",
    "price",
    "list_price",
    "quantity",
    "brand",
    "currency",
] %}
select {{ columns | join(", ") }}
from
    {{
        export_file(
            [
                "com_snowplowanalytics_snowplow_ecommerce_product_1",
                "source__com_snowplowanalytics_snowplow_ecommerce_product_1",
            ],
            columns,
        )
    }}
