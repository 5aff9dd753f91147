{{ config(materialized="ephemeral") }}
{% set columns = [
    "event_timestamp",
    "event_name",
    "event_params",
    "user_id",
    "user_pseudo_id",
    "device",
    "collected_traffic_source",
    "ecommerce",
    "items",
] %}
{% if execute %}
    {% set export = export_file(["events", "events_"]) %}
    {% set found = query_columns("select * from " ~ export) | map(attribute="name") | list %}
    {% set lacking = columns | reject("in", found) | join(", ") %}
    {% if lacking %}
        {{
            exceptions.raise_compiler_error(
                "the export of Google Analytics 4 lacks the column(s) "
                ~ lacking
                ~ ": export the events of BigQuery with their nested columns, as parquet"
            )
        }}
    {% endif %}
{% endif %}
select {{ columns | join(", ") }}
from {{ export }} as export
