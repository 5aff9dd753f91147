{#- The channel of the click id in the query of a web address, by the var click_ids; null without
    one. -#}
{%- macro click_channel(url) -%}
    case
        when {{ url }} like '%?%'
        then
            case
                {%- for channel, names in var("click_ids").items() %}
                    when {{ matches("lower(" ~ url ~ ")", "[?&](" ~ names | join("|") ~ ")=") }}
                    then '{{ channel }}'
                {%- endfor %}
            end
    end
{%- endmacro -%}
