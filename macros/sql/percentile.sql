{#- The value below which a share of the values of a group lies, between two values in proportion,
    as double. -#}
{%- macro percentile(column, share) -%}
    {{ return(adapter.dispatch("percentile", "customer_segmentation")(column, share)) }}
{%- endmacro -%}

{%- macro duckdb__percentile(column, share) -%}
    quantile_cont(cast({{ column }} as double), {{ share }})
{%- endmacro -%}

{%- macro spark__percentile(column, share) -%}
    percentile(cast({{ column }} as double), {{ share }})
{%- endmacro -%}
