{#- Whether a timestamp lies after everything that the data can know (horizon_date of as_of). -#}
{%- macro is_in_the_future(column) -%}
    {{ column }} >= {{ next_day("horizon_date") }}
{%- endmacro -%}
