{#- An IPv4 address (a.b.c.d) as a whole number, null for anything else: IPv6 is not looked up. -#}
{%- macro ipv4_number(address) -%}
    case
        when {{ matches(address, "^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$") }}
        then
            {%- for part in range(1, 5) %}
                {%- set number -%}
                    try_cast(split_part({{ address }}, '.', {{ part }}) as bigint)
                {%- endset %}
                {{ "+ " if not loop.first }} case
                    when {{ number }} <= 255 then {{ number }} * {{ 256 ** (4 - part) }}
                end
            {%- endfor %}
    end
{%- endmacro -%}
