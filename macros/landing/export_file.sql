{#- The file <landing_path>/<file_name>[.parquet|.csv] of an adapter's export, as something that can
    stand after `from`. A file that is not there stops the run, unless `columns` names the columns
    that an empty table in its place has: then the export may do without it. -#}
{%- macro export_file(file_name, columns=none) -%}
    {%- if not execute -%} {{ return("") }} {%- endif -%}
    {%- set found = landing_file(file_name) -%}
    {%- if found -%} {{ return(found) }} {%- endif -%}
    {%- if not columns -%}
        {{
            exceptions.raise_compiler_error(
                "landing_path '"
                ~ var("landing_path")
                ~ "' has no "
                ~ file_name
                ~ ".parquet or "
                ~ file_name
                ~ ".csv, which landing '"
                ~ var("landing")
                ~ "' needs"
            )
        }}
    {%- endif -%}
    {%- set empty_columns = [] -%}
    {%- for column in columns -%}
        {%- do empty_columns.append("cast(null as " ~ dbt.type_string() ~ ") as " ~ column) -%}
    {%- endfor -%}
    {{ return("(select " ~ empty_columns | join(", ") ~ " where false)") }}
{%- endmacro -%}
