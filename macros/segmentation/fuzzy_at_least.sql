{#- Fuzzy membership of "value is at least threshold", 0 to 1: a ramp from fuzzy_width (a share of
    the threshold) below the threshold to as much above it. At the threshold, membership is 0.5; the
    membership of null is 0. The threshold is SQL for a double. The result is rounded to four
    places, so that the corners of the ramp are exact on every engine. The width is text, which
    every engine reads as the same double; round() removes what multiplying adds. -#}
{%- macro fuzzy_at_least(value, threshold) -%}
    {%- set width = (2 * var("fuzzy_width")) | round(9) -%}
    cast(
        {%- if not width %}case when {{ value }} >= {{ threshold }} then 1 else 0 end
        {%- else %}
            coalesce(
                {{
                    rounded(
                        "least(greatest((cast("
                        ~ value
                        ~ " as double) - "
                        ~ threshold
                        ~ ") / round(cast('"
                        ~ width
                        ~ "' as double) * "
                        ~ threshold
                        ~ ", 9) + 0.5e0, 0e0), 1e0)",
                        4,
                    )
                }},
                0
            )
        {%- endif %} as decimal(18, 4)
    )
{%- endmacro -%}
