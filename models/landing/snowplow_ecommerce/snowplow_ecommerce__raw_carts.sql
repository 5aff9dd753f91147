{{ config(materialized="ephemeral") }}
{% set columns = ["root_id", "cart_id", "total_value"] %}
select {{ columns | join(", ") }}
from
    {{
        export_file(
            [
                "com_snowplowanalytics_snowplow_ecommerce_cart_1",
                "source__com_snowplowanalytics_snowplow_ecommerce_cart_1",
            ],
            columns,
        )
    }}
