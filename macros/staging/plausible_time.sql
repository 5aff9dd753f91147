{#- A time; null before 1990, because systems write such days for "unknown". -#}
{%- macro plausible_time(column) -%}
    case when {{ column }} >= cast('1990-01-01' as timestamp) then {{ column }} end
{%- endmacro -%}
