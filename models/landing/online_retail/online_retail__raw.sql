{{ config(materialized="ephemeral") }}
-- The only place that knows where the export lies: landing_path is the file, or the folder that
-- holds online_retail.parquet or online_retail.csv.
{% set path = var("landing_path") %}
{% if path.endswith((".parquet", ".csv")) %}
    {% set export = read_files(path, path.split(".")[-1]) %}
{% elif execute %} {% set export = landing_file("online_retail") %}
{% endif %}
{% if execute and not export %}
    {{
        exceptions.raise_compiler_error(
            "landing_path '" ~ path ~ "' has no online_retail.parquet or online_retail.csv"
        )
    }}
{% endif %}
select invoiceno, stockcode, description, quantity, invoicedate, unitprice, customerid, country
from {{ export }}
