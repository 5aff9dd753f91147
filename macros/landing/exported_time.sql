{#- A time of an API's export as ISO 8601 in UTC: seconds, milliseconds or microseconds since 1970, or
    a time without an offset, which APIs write in UTC. Any other text stays. -#}
{%- macro exported_time(text) -%}
    {%- set whole = remove_matches(text, "[.].*$") -%}
    case
        {%- for digits, microseconds in {
            "{9,10}": "1000000",
            "{12,13}": "1000",
            "{15,16}": "1",
        }.items() %}
            when {{ matches(text, "^[0-9]" ~ digits ~ "([.][0-9]*)?$") }}
            then
                cast(
                    {{ time_of_microseconds("cast(" ~ whole ~ " as bigint) * " ~ microseconds) }}
                    as string
                )
                || 'Z'
        {%- endfor %}
        when {{ matches(text, "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+$") }}
        then {{ text }} || 'Z'
        else {{ text }}
    end
{%- endmacro -%}
