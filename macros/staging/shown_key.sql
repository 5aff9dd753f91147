{#- A key as people may see it: as it is if it looks like one (at most 64 letters, digits and _.:#-,
    with a digit among them), else only its shape. So an e-mail address, a name or free text that
    landed as a key is not shown. -#}
{%- macro shown_key(key) -%}
    case
        when {{ matches(key, "^[A-Za-z0-9_.:#-]{1,64}$") }} and {{ matches(key, "[0-9]") }}
        then {{ key }}
        else {{ text_shape(key) }}
    end
{%- endmacro -%}
