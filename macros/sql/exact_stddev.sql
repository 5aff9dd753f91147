{#- Sample standard deviation of an integer or decimal(18, 2) column, the same to the last bit in any
    order of rows; avg and stddev over doubles are not. Squares and sums stay decimals up to the
    difference: it is 0 where all values are equal, never just below. The cast is wide because
    DuckDB gives the product of two decimals of 18 digits no more digits than that. -#}
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
