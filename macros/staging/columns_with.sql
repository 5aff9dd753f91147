{#- The contract's columns of a landing table as a select list. `expressions` maps names of columns
    to SQL that replaces them. `relation` qualifies the other columns. -#}
{%- macro columns_with(table_name, expressions={}, relation=none) -%}
    {%- set names = contract_columns(table_name) | map(attribute="name") | list -%}
    {%- for name in expressions if name not in names and names -%}
        {{
            exceptions.raise_compiler_error(
                "columns_with('" ~ table_name ~ "'): the contract has no column " ~ name
            )
        }}
    {%- endfor -%}
    {%- for name in names %}
        {% if name in expressions -%} {{ expressions[name] }} as {{ name }}
        {%- else -%} {{ relation ~ '.' if relation }}{{ name }}
        {%- endif -%}
        {{ ',' if not loop.last }}
    {%- endfor -%}
{%- endmacro -%}
