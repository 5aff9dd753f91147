{{ config(materialized="ephemeral") }}
{% set columns = ["root_id", "session_id", "user_id"] %}
select {{ columns | join(", ") }}
from
    {{
        export_file(
            [
                "com_snowplowanalytics_snowplow_client_session_1",
                "source__com_snowplowanalytics_snowplow_client_session_1",
            ],
            columns,
        )
    }}
