{#- How many times one whole number that is not negative holds another, without the remainder: a plain
    division would give a double, which is not exact above 2^53. -#}
{%- macro whole_quotient(dividend, divisor) -%}
    {{ return(adapter.dispatch("whole_quotient", "customer_segmentation")(dividend, divisor)) }}
{%- endmacro -%}

{%- macro duckdb__whole_quotient(dividend, divisor) -%}
    divide(cast({{ dividend }} as bigint), cast({{ divisor }} as bigint))
{%- endmacro -%}

{%- macro spark__whole_quotient(dividend, divisor) -%}
    (cast({{ dividend }} as bigint) div cast({{ divisor }} as bigint))
{%- endmacro -%}
