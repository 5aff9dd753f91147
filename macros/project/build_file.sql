{#- The file of the build database: of a DuckLake, the one that lists its tables. -#}
{%- macro build_file() -%}
    {{ return(adapter.dispatch("build_file", "customer_segmentation")()) }}
{%- endmacro -%}

{%- macro default__build_file() -%} {{ return(none) }} {%- endmacro -%}

{%- macro duckdb__build_file() -%}
    {%- set query -%}
        select path
        from duckdb_databases()
        where database_name = '{{ dbt.escape_single_quotes(target.database) }}'
    {%- endset -%}
    {{ return(run_query(query).rows[0][0] or target.path) }}
{%- endmacro -%}
