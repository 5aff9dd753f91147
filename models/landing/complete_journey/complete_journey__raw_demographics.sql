{{ config(materialized="ephemeral") }}
select household_id, home_ownership, marital_status, household_size, kids_count
from {{ export_file("demographics") }}
