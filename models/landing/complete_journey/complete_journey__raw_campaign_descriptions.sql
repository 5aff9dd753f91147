{{ config(materialized="ephemeral") }}
select campaign_id, start_date
from {{ export_file("campaign_descriptions") }}
