{#- How erasure_evidence is stored: not at all on DuckDB. Spark has no view over what
    reads a CSV file; there it is a table, which erased_keys drops. -#}
{%- macro erasure_evidence_materialized() -%}
    {{ return(adapter.dispatch("erasure_evidence_materialized", "customer_segmentation")()) }}
{%- endmacro -%}

{%- macro duckdb__erasure_evidence_materialized() -%} {{ return("view") }} {%- endmacro -%}

{%- macro spark__erasure_evidence_materialized() -%} {{ return("table") }} {%- endmacro -%}
