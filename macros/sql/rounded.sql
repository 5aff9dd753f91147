{#- A double as a decimal of so many places, a half rounded up. round() of a double is not the same
    everywhere: 1.005 is 1.00 on DuckDB and 1.01 on Spark. -#}
{%- macro rounded(value, places) -%}
    cast(
        cast(floor(cast({{ value }} as double) * {{ 10**places }} + 0.5) as bigint)
        * {{ "%.*f" | format(places, 10**-places) }} as decimal(18, {{ places }})
    )
{%- endmacro -%}
