{#- The name of an age in hidden_cells: a month that is not over is a cell of its own. -#}
{%- macro age_of_cohort(age_months, is_complete) -%}
    cast({{ age_months }} as string) || case when {{ is_complete }} then '' else ' so far' end
{%- endmacro -%}
