{#- The distinct texts of a group as one text, sorted; null if there is none. -#}
{%- macro sorted_list(expression, delimiter=", ") -%}
    {{ return(adapter.dispatch("sorted_list", "customer_segmentation")(expression, delimiter)) }}
{%- endmacro -%}

{%- macro duckdb__sorted_list(expression, delimiter) -%}
    string_agg(distinct {{ expression }}, '{{ delimiter }}' order by {{ expression }})
{%- endmacro -%}

{%- macro spark__sorted_list(expression, delimiter) -%}
    nullif(array_join(array_sort(collect_set({{ expression }})), '{{ delimiter }}'), '')
{%- endmacro -%}
