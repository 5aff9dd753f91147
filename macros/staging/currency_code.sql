{#- A currency code in capitals. By the contract, a missing code is the reporting currency. -#}
{%- macro currency_code(column) -%}
    coalesce(upper({{ column }}), '{{ var("reporting_currency") }}')
{%- endmacro -%}
