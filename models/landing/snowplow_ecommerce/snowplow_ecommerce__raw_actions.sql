{{ config(materialized="ephemeral") }}
select root_id, type
from
    {{
        export_file(
            [
                "com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1",
                "com_snowplowanalytics_snowplow_ecommerce_action_1",
                "source__com_snowplowanalytics_snowplow_ecommerce_action_1",
            ]
        )
    }}
