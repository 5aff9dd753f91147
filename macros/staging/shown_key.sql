{#- A key in the form that people may see. The key is shown if it looks like one: at most 64
    letters, digits and _.:#-, with at least one digit. Otherwise only its shape is shown, so that
    no e-mail address, name or free text appears. -#}
{%- macro shown_key(key) -%}
    case
        when {{ matches(key, "^[A-Za-z0-9_.:#-]{1,64}$") }} and {{ matches(key, "[0-9]") }}
        then {{ key }}
        else {{ text_shape(key) }}
    end
{%- endmacro -%}
