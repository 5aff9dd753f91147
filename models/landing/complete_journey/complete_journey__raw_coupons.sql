{{ config(materialized="ephemeral") }}
select coupon_upc, product_id, campaign_id
from {{ export_file("coupons") }}
