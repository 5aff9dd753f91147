{#- Whether a timestamp is too late to be true (after horizon_date of as_of). -#}
{%- macro is_in_the_future(column) -%}
    {{ column }} >= {{ next_day("horizon_date") }}
{%- endmacro -%}
