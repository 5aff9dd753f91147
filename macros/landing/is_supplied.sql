{#- Whether the landing has a table at all, as true or false in SQL. -#}
{%- macro is_supplied(table_name) -%}
    {%- set landed = landing_relation(table_name) -%} {{ return("true" if landed else "false") }}
{%- endmacro -%}
