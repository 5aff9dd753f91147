{#- How many times one whole number that is not negative holds another, without the remainder. A plain
    division gives a double on both engines, a whole one here. -#}
{%- macro whole_quotient(dividend, divisor) -%}
    cast(
        (cast({{ dividend }} as bigint) - cast({{ dividend }} as bigint) % {{ divisor }})
        / {{ divisor }} as bigint
    )
{%- endmacro -%}
