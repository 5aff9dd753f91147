{#- Rows of an adapter's export as text, as SQL for `from`. `names` are possible names of its file,
    `columns` are names in small letters with _ for blanks and signs, whatever the file writes, and
    without a `prefix` that the file may give them. A column that the file lacks is null; without
    the file, there are no rows. -#}
{%- macro exported_columns(names, columns, prefix="") -%}
    {%- if not execute -%} {{ return("") }} {%- endif -%}
    {%- set export = export_file(names, columns) -%}
    {%- set found = {} -%}
    {%- for column in query_columns("select * from " ~ export) -%}
        {%- set name = modules.re.sub("[^a-z0-9]+", "_", column.name | lower | trim) -%}
        {%- do found.update({modules.re.sub("^(" ~ prefix ~ ")", "", name): column.quoted}) -%}
    {%- endfor -%}
    {%- set selected = [] -%}
    {%- for name in columns -%}
        {%- set text = "cast(" ~ found.get(name, "null") ~ " as string)" -%}
        {%- do selected.append("nullif(trim(" ~ text ~ "), '') as " ~ name) -%}
    {%- endfor -%}
    {{ return("(select " ~ selected | join(", ") ~ " from " ~ export ~ " as export)") }}
{%- endmacro -%}
