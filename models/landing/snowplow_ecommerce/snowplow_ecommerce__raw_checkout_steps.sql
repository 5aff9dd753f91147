{{ config(materialized="ephemeral") }}
{% set columns = ["root_id", "step"] %}
select {{ columns | join(", ") }}
from
    {{
        export_file(
            [
                "com_snowplowanalytics_snowplow_ecommerce_checkout_step_1",
                "source__com_snowplowanalytics_snowplow_ecommerce_checkout_step_1",
            ],
            columns,
        )
    }}
