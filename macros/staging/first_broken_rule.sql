{#- The name of the first rule that a row breaks, null if there is none. `rules` maps the reason
    that people read to the SQL condition of the breach. A value that could not be read comes
    first. -#}
{%- macro first_broken_rule(rules) -%}
    case
        when type_error is not null
        then type_error
        {%- for reason, breach in rules.items() %}
            when {{ breach }} then '{{ reason }}'
        {%- endfor %}
    end
{%- endmacro -%}
