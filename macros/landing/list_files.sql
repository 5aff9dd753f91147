{#- The data files in a folder and its direct subfolders, as a sorted list of paths. -#}
{%- macro list_files(folder) -%}
    {{ return(adapter.dispatch("list_files", "customer_segmentation")(folder.rstrip("/"))) }}
{%- endmacro -%}

{%- macro duckdb__list_files(folder) -%}
    {%- set path = dbt.escape_single_quotes(folder) -%}
    {%- set query -%}
        select file from glob('{{ path }}/*')
        union all select file from glob('{{ path }}/*/*')
        order by file
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro -%}

{#- binaryFile reads only the selected columns: names, not contents. -#}
{%- macro spark__list_files(folder) -%}
    {%- set query -%}
        select regexp_replace(path, '^file:', '') as file
        from binaryFile.`{{ folder }}/{*,*/*}.{parquet,csv}` order by file
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro -%}
