{#- The key column of a landing table as the contract states it. -#}
{%- macro landing_key(table_name) -%}
    {%- set node = landing_source(table_name) -%}
    {{ return(node.config.meta.key if node else "null") }}
{%- endmacro -%}
