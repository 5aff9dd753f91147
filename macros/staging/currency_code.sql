{#- A currency code in capitals; a missing one is the reporting currency, as the contract says. -#}
{%- macro currency_code(column) -%}
    coalesce(upper({{ column }}), '{{ var("reporting_currency") }}')
{%- endmacro -%}
