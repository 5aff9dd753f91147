{{ config(materialized="ephemeral") }}
{% set columns = ["root_id", "type"] %}
select {{ columns | join(", ") }}
from
    {{
        export_file(
            [
                "com_snowplowanalytics_snowplow_ecommerce_page_1",
                "source__com_snowplowanalytics_snowplow_ecommerce_page_1",
            ],
            columns,
        )
    }}
