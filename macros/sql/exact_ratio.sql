{#- The quotient of two whole numbers that are not negative, rounded half up to `places`
    decimals; null for a denominator of 0. Engines divide decimals and doubles differently;
    this divides whole numbers without a remainder. Exact while 2 * 10^places * numerator has
    at most 15 digits. -#}
{%- macro exact_ratio(numerator, denominator, places) -%}
    {%- set divisor -%} nullif(2 * cast({{ denominator }} as bigint), 0) {%- endset -%}
    {%- set dividend -%}
        (
            {{ 2 * 10**places }} * cast({{ numerator }} as bigint)
            + cast({{ denominator }} as bigint)
        )
    {%- endset -%}
    cast(
        cast(({{ dividend }} - {{ dividend }} % {{ divisor }}) / {{ divisor }} as bigint)
        * {{ "%.*f" | format(places, 10**-places) }} as decimal(18, {{ places }})
    )
{%- endmacro -%}
