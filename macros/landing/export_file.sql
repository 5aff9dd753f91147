{#- SQL for `from` that reads the file or folder <landing_path>/<name> of an adapter's export: CSV, TSV
    or Parquet. `names` is one name or a list of possible names. A missing file stops the run. If
    `columns` is given, an empty table with these columns takes the place of the missing file. -#}
{%- macro export_file(names, columns=none) -%}
    {%- if not execute -%} {{ return("") }} {%- endif -%}
    {%- set names = [names] if names is string else names -%}
    {%- set plan = modules.customer_segmentation.export_plan(
        modules.customer_segmentation.project_path(var("landing_path")),
        names,
        var("landing_encoding"),
    ) -%}
    {%- if plan -%} {{ return(read_files(plan)) }} {%- endif -%}
    {%- if not columns -%}
        {{
            exceptions.raise_compiler_error(
                "landing_path '" ~ var("landing_path") ~ "' has no " ~ names
                | join(" or ")
                ~ " (.parquet, .csv, .csv.gz or .tsv), which landing '"
                ~ var("landing")
                ~ "' needs"
            )
        }}
    {%- endif -%}
    {%- set empty_columns = [] -%}
    {%- for column in columns -%}
        {%- do empty_columns.append("cast(null as string) as " ~ column) -%}
    {%- endfor -%}
    {{ return("(select " ~ empty_columns | join(", ") ~ " where false)") }}
{%- endmacro -%}

{#- SQL for `from` that reads the CSV, TSV or Parquet file at `path`. -#}
{%- macro read_file(path) -%}
    {{
        return(
            read_files(modules.customer_segmentation.file_plan(path, var("landing_encoding")))
        )
    }}
{%- endmacro -%}
