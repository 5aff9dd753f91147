{#- The columns of landing tables, and whether each is required: a dict of dicts. -#}
{%- macro landing_contract(tables) -%}
    {%- set contract = {} -%}
    {%- for table in tables -%}
        {%- set columns = {} -%}
        {%- for column in contract_columns(table) -%}
            {%- do columns.update({column.name: column.required}) -%}
        {%- endfor -%}
        {%- do contract.update({table: columns}) -%}
    {%- endfor -%}
    {{ return(contract) }}
{%- endmacro -%}
