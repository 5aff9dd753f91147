{#- An amount times the order's exchange rate, rounded to the cent. -#}
{%- macro in_reporting_currency(amount) -%}
    cast(
        round(cast({{ amount }} as decimal(18, 2)) * cast(rate as decimal(18, 8)), 2) as decimal(
            18, 2
        )
    )
{%- endmacro -%}
