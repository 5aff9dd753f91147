{#- An amount that is not negative, divided by a count and rounded half up to the cent; null
    for a count of 0. DuckDB divides decimals as doubles and Spark exactly, so that halves of a
    cent would round to different sides. This divides whole cents without a remainder on both
    engines. -#}
{%- macro amount_per(amount, count) -%}
    {%- set things -%} cast({{ count }} as bigint) {%- endset -%}
    {%- set dividend -%}
        (cast(cast({{ amount }} as decimal(18, 2)) * 200 as bigint) + {{ things }})
    {%- endset -%}
    {%- set divisor -%} nullif(2 * {{ things }}, 0) {%- endset -%}
    cast(
        cast(({{ dividend }} - {{ dividend }} % {{ divisor }}) / {{ divisor }} as bigint)
        * 0.01 as decimal(18, 2)
    )
{%- endmacro -%}
