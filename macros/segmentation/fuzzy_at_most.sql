{#- Fuzzy membership of "value is at most threshold", 0 to 1: the ramp of fuzzy_at_least downwards. At
    the threshold, membership is 0.5; the membership of null is 0. -#}
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
