{#- A birth date, null where it gives an age below 0 or above 110 or is one of the placeholders that
    systems write for "unknown". -#}
{%- macro plausible_birth_date(column, as_of_date) -%}
    case
        when {{ column }} in (cast('1900-01-01' as date), cast('1970-01-01' as date))
        then null
        when {{ column }} > {{ as_of_date }}
        then null
        when {{ column }} <= {{ as_of_date }} - interval '111' year
        then null
        else {{ column }}
    end
{%- endmacro -%}
