{#- Whether a tool that copies an API has marked the row as deleted at the source. -#}
{%- macro is_marked_as_deleted(columns=["is_deleted", "_fivetran_deleted", "archived"]) -%}
    {%- set marks = [] -%}
    {%- for column in columns -%}
        {%- do marks.append("coalesce(lower(" ~ column ~ "), 'false') in ('true', '1', 't')") -%}
    {%- endfor -%}
    ({{ marks | join(" or ") }})
{%- endmacro -%}
