{{ config(materialized="ephemeral") }}
select campaign_id, household_id
from {{ export_file("campaigns") }}
