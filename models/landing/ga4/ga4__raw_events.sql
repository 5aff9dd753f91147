{{ config(materialized="ephemeral") }}
select
    event_timestamp,
    event_name,
    event_params,
    user_id,
    user_pseudo_id,
    device,
    collected_traffic_source,
    ecommerce,
    items
from {{ export_file(["events", "events_"]) }}
