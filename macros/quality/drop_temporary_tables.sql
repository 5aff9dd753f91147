{#- A post-hook: drops the tables that the new rows of this incremental model passed through, if the
    engine's adapter leaves them. -#}
{%- macro drop_temporary_tables() -%}
    {{ return(adapter.dispatch("drop_temporary_tables")()) }}
{%- endmacro -%}

{%- macro default__drop_temporary_tables() -%} {%- endmacro -%}

{#- dbt-duckdb makes a real table for a Python model's rows, under a new name in every run. -#}
{%- macro duckdb__drop_temporary_tables() -%}
    {%- if execute -%}
        {%- set leftovers = run_query(
            "select schema_name, table_name from duckdb_tables() "
            ~ "where database_name = current_database() and not temporary "
            ~ "and starts_with(table_name, '"
            ~ this.identifier
            ~ "__dbt_tmp')"
        ) -%}
        {%- for schema, table in leftovers -%}
            {%- do run_query("drop table " ~ schema ~ "." ~ table) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
