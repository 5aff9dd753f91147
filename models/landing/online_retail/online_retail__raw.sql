{{ config(materialized="ephemeral") }}
-- The only model that knows the place of the export: landing_path is the file, or the folder of
-- online_retail.parquet or online_retail.csv.
{% set path = modules.customer_segmentation.project_path(var("landing_path")) %}
{% if path.endswith((".parquet", ".csv")) %} {% set export = read_file(path) %}
{% else %} {% set export = export_file("online_retail") %}
{% endif %}
select invoiceno, stockcode, description, quantity, invoicedate, unitprice, customerid, country
from {{ export }}
