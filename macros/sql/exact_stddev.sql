{#- Sample standard deviation of an integer or decimal(18, 2) column from exact sums, the same to the
    last bit in any order of rows; avg and stddev over doubles are not. -#}
{%- macro exact_stddev(column) -%}
    {%- set value -%} cast({{ column }} as decimal(18, 2)) {%- endset -%}
    sqrt(
        (
            cast(sum({{ value }} * {{ value }}) as double)
            - cast(sum({{ value }}) as double)
            * cast(sum({{ value }}) as double)
            / count({{ column }})
        )
        / nullif(count({{ column }}) - 1, 0)
    )
{%- endmacro -%}
