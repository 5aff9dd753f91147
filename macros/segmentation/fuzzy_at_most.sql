{#- How much "value is at most threshold" holds, 0 to 1: the ramp of fuzzy_at_least downwards, a half
    on the threshold. What is not known does not hold. -#}
{%- macro fuzzy_at_most(value, threshold) -%}
    case
        when {{ value }} is null
        then 0e0
        {%- if not var("fuzzy_width") %} when {{ value }} <= {{ threshold }} then 1e0 else 0e0
        {%- else %} else 1e0 - {{ fuzzy_at_least(value, threshold) }}
        {%- endif %}
    end
{%- endmacro -%}
