{#- Mean of an integer or decimal column from exact sums: the same to the last bit in any order. -#}
{%- macro exact_mean(column) -%}
    cast(sum({{ column }}) as double) / nullif(count({{ column }}), 0)
{%- endmacro -%}
