{#- A birth date; null if the age is below 0 or above 110, or if the date is a placeholder that
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
