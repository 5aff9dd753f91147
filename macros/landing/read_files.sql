{#- SQL for `from` that reads the files of a path pattern; format is parquet or csv. CSV columns
    are read as text: the contract casts them, and a value that does not fit is quarantined. -#}
{%- macro read_files(path, format) -%}
    {{ return(adapter.dispatch("read_files", "customer_segmentation")(path, format)) }}
{%- endmacro -%}

{%- macro duckdb__read_files(path, format) -%}
    {%- set literal = "'" ~ dbt.escape_single_quotes(path) ~ "'" -%}
    {%- if format == "csv" -%}
        {{ return("read_csv(" ~ literal ~ ", header = true, all_varchar = true)") }}
    {%- endif -%}
    {{ return("read_parquet(" ~ literal ~ ", union_by_name = true)") }}
{%- endmacro -%}

{#- Spark SQL accepts options only in a view; CSV with a header needs one. -#}
{%- macro spark__read_files(path, format) -%}
    {%- if format == "csv" -%}
        {%- set view_name = "landing_csv_" ~ local_md5(path) -%}
        {%- do run_query(
            "create or replace temporary view "
            ~ view_name
            ~ " using csv options (path '"
            ~ dbt.escape_single_quotes(path)
            ~ "', header 'true', escape '\"')"
        ) -%}
        {{ return(view_name) }}
    {%- endif -%}
    {{ return("parquet.`" ~ path ~ "`") }}
{%- endmacro -%}
