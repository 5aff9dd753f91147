{{ config(materialized="ephemeral") }}
select household_id, coupon_upc, campaign_id, redemption_date
from {{ export_file("coupon_redemptions") }}
