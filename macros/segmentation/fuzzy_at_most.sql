{#- How much "value is at most threshold" holds, 0 to 1: the ramp of fuzzy_at_least downwards, a half
    on the threshold. What is not known does not hold. -#}
{%- macro fuzzy_at_most(value, threshold) -%}
    cast(
        case
            when {{ value }} is null
            then 0
            {%- if not var("fuzzy_width") %} when {{ value }} <= {{ threshold }} then 1 else 0
            {%- else %} else 1 - {{ fuzzy_at_least(value, threshold) }}
            {%- endif %}
        end as decimal(18, 4)
    )
{%- endmacro -%}
