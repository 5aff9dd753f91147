{#- A double as a decimal of `places` decimals, rounded half up. round() of a double differs
    between engines: 1.005 is 1.00 on DuckDB and 1.01 on Spark. -#}
{%- macro rounded(value, places) -%}
    cast(
        cast(floor(cast({{ value }} as double) * {{ 10**places }} + 0.5) as bigint)
        * {{ "%.*f" | format(places, 10**-places) }} as decimal(18, {{ places }})
    )
{%- endmacro -%}
