{#- An amount that is not negative, shared out over a count: rounded half up to the cent, null for a
    count of 0. DuckDB divides decimals as doubles and Spark exactly, so that halves of a cent would
    round to different sides; this divides whole cents, without a remainder, on both. -#}
{%- macro amount_per(amount, count) -%}
    {%- set divisor -%} nullif(2 * {{ count }}, 0) {%- endset -%}
    {%- set dividend -%} (cast({{ amount }} * 200 as bigint) + {{ count }}) {%- endset -%}
    cast(
        cast(({{ dividend }} - {{ dividend }} % {{ divisor }}) / {{ divisor }} as bigint)
        * 0.01 as decimal(18, 2)
    )
{%- endmacro -%}
