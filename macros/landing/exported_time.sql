{#- A time of an API's export as ISO 8601 in UTC: seconds, milliseconds or microseconds since 1970, or
    a time without an offset, which APIs write in UTC. Any other text stays. -#}
{%- macro exported_time(text) -%}
    {%- set whole = "cast(" ~ remove_matches(text, "[.].*$") ~ " as bigint)" -%}
    case
        {%- for declared in ["epoch_s", "epoch_ms", "epoch_us"] %}
            {%- set format = modules.customer_segmentation.compiled_format(declared, "timestamp") %}
            {%- set moment = time_of_microseconds(whole ~ " * " ~ format.microseconds) %}
            when {{ matches(text, format.pattern) }}
            then cast({{ moment }} as string) || 'Z'
        {%- endfor %}
        when {{ matches(text, "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+$") }}
        then {{ text }} || 'Z'
        else {{ text }}
    end
{%- endmacro -%}
