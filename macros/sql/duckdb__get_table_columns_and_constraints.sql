{#- Tables of the build database have the columns of their contract and no keys. Data tests prove
    the keys on every engine without an index. The published file declares the keys. -#}
{%- macro duckdb__get_table_columns_and_constraints() -%}
    ({{ adapter.render_raw_columns_constraints(raw_columns=model["columns"]) | join(", ") }})
{%- endmacro -%}
