{#- SQL for `from` that reads the file <landing_path>/<name>[.parquet|.csv] of an adapter's export.
    `names` is one name or a list of possible names. A missing file stops the run. If `columns` is
    given, an empty table with these columns takes the place of the missing file. -#}
{%- macro export_file(names, columns=none) -%}
    {%- if not execute -%} {{ return("") }} {%- endif -%}
    {%- set names = [names] if names is string else names -%}
    {%- set found = [] -%}
    {%- for name in names if not found -%}
        {%- set file = landing_file(name) -%}
        {%- if file -%} {%- do found.append(file) -%} {%- endif -%}
    {%- endfor -%}
    {%- if found -%} {{ return(found[0]) }} {%- endif -%}
    {%- if not columns -%}
        {{
            exceptions.raise_compiler_error(
                "landing_path '" ~ var("landing_path") ~ "' has no " ~ names
                | join(" or ")
                ~ " (.parquet or .csv), which landing '"
                ~ var("landing")
                ~ "' needs"
            )
        }}
    {%- endif -%}
    {%- set empty_columns = [] -%}
    {%- for column in columns -%}
        {%- do empty_columns.append("cast(null as string) as " ~ column) -%}
    {%- endfor -%}
    {{ return("(select " ~ empty_columns | join(", ") ~ " where false) as empty_table") }}
{%- endmacro -%}
