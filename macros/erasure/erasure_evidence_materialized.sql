{#- Materialization of erasure_evidence: a view on DuckDB. On Spark a view cannot read a CSV file,
    so it is a table, which erased_keys drops. -#}
{%- macro erasure_evidence_materialized() -%}
    {{ return(adapter.dispatch("erasure_evidence_materialized", "customer_segmentation")()) }}
{%- endmacro -%}

{%- macro duckdb__erasure_evidence_materialized() -%} {{ return("view") }} {%- endmacro -%}

{%- macro spark__erasure_evidence_materialized() -%} {{ return("table") }} {%- endmacro -%}
