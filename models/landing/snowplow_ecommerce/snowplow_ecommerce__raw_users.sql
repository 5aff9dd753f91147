{{ config(materialized="ephemeral") }}
{% set columns = ["root_id", "id", "email", "is_guest"] %}
select {{ columns | join(", ") }}
from
    {{
        export_file(
            [
                "com_snowplowanalytics_snowplow_ecommerce_user_1",
                "source__com_snowplowanalytics_snowplow_ecommerce_user_1",
            ],
            columns,
        )
    }}
