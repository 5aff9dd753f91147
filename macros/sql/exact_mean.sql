{#- Mean of an integer or decimal column from exact sums: the order of rows does not change the
    last bit. -#}
{%- macro exact_mean(column) -%}
    cast(sum({{ column }}) as double) / nullif(count({{ column }}), 0)
{%- endmacro -%}
