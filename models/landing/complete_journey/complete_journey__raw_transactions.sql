{{ config(materialized="ephemeral") }}
select
    household_id,
    store_id,
    basket_id,
    product_id,
    quantity,
    sales_value,
    retail_disc,
    coupon_disc,
    coupon_match_disc,
    transaction_timestamp
from {{ export_file("transactions") }}
