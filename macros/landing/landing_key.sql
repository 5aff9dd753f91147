{#- The key column of a landing table as the contract states it. -#}
{%- macro landing_key(table_name) -%}
    {%- set node = landing_source(table_name) -%}
    {%- if node -%} {{ return(node.config.meta.key) }} {%- endif -%}
    {%- for column in contract_columns(table_name) if column.is_key -%}
        {{ return(column.name) }}
    {%- endfor -%}
    {{ return("null") }}
{%- endmacro -%}
