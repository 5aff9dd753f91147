{#- Whether the landing has the table, as SQL true or false. -#}
{%- macro is_supplied(table_name) -%}
    {%- set landed = landing_relation(table_name) -%} {{ return("true" if landed else "false") }}
{%- endmacro -%}
