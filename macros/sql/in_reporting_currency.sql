{#- An amount in cents times the order's exchange rate, rounded to the cent. One factor has 19
    digits: on DuckDB the product of two decimals of 18 digits has no more than 18. Most rows are
    in the reporting currency and skip it, because arithmetic of more than 18 digits is slow. -#}
{%- macro in_reporting_currency(amount, rate="rate") -%}
    case
        when {{ rate }} = 1
        then cast({{ amount }} as decimal(18, 2))
        else
            cast(
                round(
                    cast({{ amount }} as decimal(19, 2)) * cast({{ rate }} as decimal(18, 8)), 2
                ) as decimal(18, 2)
            )
    end
{%- endmacro -%}
