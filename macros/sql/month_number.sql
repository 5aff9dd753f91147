{#- Months since the year 0, so that a difference is a number of calendar months. -#}
{%- macro month_number(day) -%}
    cast(12 * extract(year from {{ day }}) + extract(month from {{ day }}) as int)
{%- endmacro -%}
