{#- SQL for `from` that reads the file or folder <landing_path>/<table_name>[.parquet|.csv], or
    none if there is no such file. Column names are the contract's. -#}
{%- macro landing_file(table_name) -%}
    {%- set found = [] -%}
    {%- for file in list_files(modules.customer_segmentation.project_path(var("landing_path"))) -%}
        {%- set parts = file.split("/") -%}
        {%- set name = parts[-1] -%}
        {%- if name in (table_name ~ ".parquet", table_name ~ ".csv") -%}
            {%- do found.append([file, name.split(".")[-1]]) -%}
        {%- elif parts | length > 1 and parts[-2] == table_name and name.split(".")[-1] in (
            "parquet",
            "csv",
        ) -%}
            {%- do found.append(["/".join(parts[:-1]) ~ "/*", name.split(".")[-1]]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if found -%} {{ return(read_files(found[0][0], found[0][1])) }} {%- endif -%}
{%- endmacro -%}
