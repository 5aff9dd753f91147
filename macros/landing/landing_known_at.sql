{#- The column of a landing table that says since when a row is known; none if it has none. -#}
{%- macro landing_known_at(table_name) -%}
    {%- set node = landing_source(table_name) -%}
    {{ return(node.config.meta.get("known_at") if node else none) }}
{%- endmacro -%}
