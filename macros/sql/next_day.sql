{#- Midnight after a date. A timestamp before this midnight is on or before the date. -#}
{%- macro next_day(date_column) -%}
    (cast({{ date_column }} as date) + interval '1' day)
{%- endmacro -%}
