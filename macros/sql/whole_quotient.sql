{#- Quotient of two whole numbers that are not negative, without the remainder. A plain division
    would give a double, which is not exact above 2^53. -#}
{%- macro whole_quotient(dividend, divisor) -%}
    {{ return(adapter.dispatch("whole_quotient", "customer_segmentation")(dividend, divisor)) }}
{%- endmacro -%}

{%- macro duckdb__whole_quotient(dividend, divisor) -%}
    divide(cast({{ dividend }} as bigint), cast({{ divisor }} as bigint))
{%- endmacro -%}

{%- macro spark__whole_quotient(dividend, divisor) -%}
    (cast({{ dividend }} as bigint) div cast({{ divisor }} as bigint))
{%- endmacro -%}
