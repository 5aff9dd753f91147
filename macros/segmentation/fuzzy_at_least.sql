{#- How much "value is at least threshold" holds, 0 to 1: a ramp from fuzzy_width below the threshold
    to fuzzy_width above it, a half on it. What is not known does not hold. The ends of the ramp are
    written as text, which every engine reads as the same double. -#}
{%- macro fuzzy_at_least(value, threshold) -%}
    {%- set start = (threshold * (1 - var("fuzzy_width"))) | round(9) -%}
    {%- set end = (threshold * (1 + var("fuzzy_width"))) | round(9) -%}
    {%- if start == end -%} case when {{ value }} >= {{ threshold }} then 1e0 else 0e0 end
    {%- else -%}
        coalesce(
            least(
                greatest(
                    (cast({{ value }} as double) - cast('{{ start }}' as double))
                    / (cast('{{ end }}' as double) - cast('{{ start }}' as double)),
                    0e0
                ),
                1e0
            ),
            0e0
        )
    {%- endif -%}
{%- endmacro -%}
