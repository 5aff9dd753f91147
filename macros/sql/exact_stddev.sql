{#- Sample standard deviation of an integer or decimal(18, 2) column. The order of rows does not
    change the last bit, unlike avg and stddev over doubles. Squares and sums stay decimals up to
    the difference, which is 0 (never just below) if all values are equal. The cast is wide because
    on DuckDB the product of two decimals of 18 digits has no more than 18. -#}
{%- macro exact_stddev(column) -%}
    {%- set value -%} cast({{ column }} as decimal(38, 2)) {%- endset -%}
    {%- set number -%} count({{ column }}) {%- endset -%}
    sqrt(
        cast(
            {{ number }} * sum({{ value }} * {{ value }})
            - sum({{ value }}) * sum({{ value }}) as double
        )
        / nullif({{ number }} * ({{ number }} - 1), 0)
    )
{%- endmacro -%}
