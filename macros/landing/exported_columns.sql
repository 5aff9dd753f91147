{#- Rows of an adapter's export as text, as SQL for `from`. `names` are possible names of its file,
    `columns` are names in small letters with _ for blanks and signs, whatever the file writes, and
    without a `prefix` that the file may give them. `objects` are columns that may be JSON objects:
    customer_id is then the field id of customer. A column that the file lacks is null; without the
    file, there are no rows. -#}
{%- macro exported_columns(names, columns, prefix="", objects=[]) -%}
    {%- if not execute -%} {{ return("") }} {%- endif -%}
    {%- set export = export_file(names, columns) -%}
    {%- set found = {} -%}
    {%- for column in query_columns("select * from " ~ export) -%}
        {%- set name = modules.re.sub("[^a-z0-9]+", "_", column.name | lower | trim) -%}
        {%- do found.update({modules.re.sub("^(" ~ prefix ~ ")", "", name): column.quoted}) -%}
    {%- endfor -%}
    {%- set selected = [] -%}
    {%- for name in columns -%}
        {%- set texts = ["cast(" ~ found[name] ~ " as string)"] if name in found else [] -%}
        {%- for object in objects if object in found and name.startswith(object ~ "_") -%}
            {%- do texts.append(json_field(found[object], name[object | length + 1 :])) -%}
        {%- endfor -%}
        {%- do selected.append(
            "nullif(trim(coalesce(" ~ (texts + ["cast(null as string)"])
            | join(", ") ~ ")), '') as " ~ name
        ) -%}
    {%- endfor -%}
    {{ return("(select " ~ selected | join(", ") ~ " from " ~ export ~ " as export)") }}
{%- endmacro -%}
