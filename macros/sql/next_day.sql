{#- Midnight after a date: a timestamp is on or before that date when it is less than this. -#}
{%- macro next_day(date_column) -%}
    (cast({{ date_column }} as date) + interval '1' day)
{%- endmacro -%}
