{#- An amount times the order's exchange rate, rounded to the cent. One factor has 19 digits: DuckDB
    gives the product of two decimals of 18 no more digits than that. -#}
{%- macro in_reporting_currency(amount) -%}
    cast(
        round(cast({{ amount }} as decimal(19, 2)) * cast(rate as decimal(18, 8)), 2) as decimal(
            18, 2
        )
    )
{%- endmacro -%}
