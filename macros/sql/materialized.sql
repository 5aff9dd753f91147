{#- Goes after the `as` of a CTE: DuckDB then computes the CTE once and plans it by itself. Without
    it, DuckDB plans a chain of windows as one, at twice the time for each window. Spark has no
    such keyword. -#}
{%- macro materialized() -%}
    {{ return(adapter.dispatch("materialized", "customer_segmentation")()) }}
{%- endmacro -%}

{%- macro duckdb__materialized() -%} {{ return("materialized") }} {%- endmacro -%}

{%- macro spark__materialized() -%} {{ return("") }} {%- endmacro -%}
