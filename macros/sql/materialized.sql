{#- Written after the `as` of a CTE: computed once, and planned by itself. DuckDB otherwise plans a
    chain of windows as one, at twice the time for each window. Spark has no such word. -#}
{%- macro materialized() -%}
    {{ return(adapter.dispatch("materialized", "customer_segmentation")()) }}
{%- endmacro -%}

{%- macro duckdb__materialized() -%} {{ return("materialized") }} {%- endmacro -%}

{%- macro spark__materialized() -%} {{ return("") }} {%- endmacro -%}
