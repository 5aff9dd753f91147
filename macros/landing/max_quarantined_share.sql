{#- The contract's limit for the share of a table's rows that may be quarantined. -#}
{%- macro max_quarantined_share(table_name) -%}
    {%- set node = landing_source(table_name) -%}
    {{ return(node.config.meta.max_quarantined_share if node else 0.05) }}
{%- endmacro -%}
