{#- Number of the contract's columns that have a value in a row. -#}
{%- macro filled_columns(table_name, relation) -%}
    {%- for column in contract_columns(table_name) -%}
        case when {{ relation }}.{{ column.name }} is null then 0 else 1 end
        {{ "+" if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}
