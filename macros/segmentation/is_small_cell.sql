{#- Whether customers, or the buyers among them, are too few to show amounts or rates. Amounts come
    from buyers: without buyers they are 0, a few buyers need protection. Null customers are not too
    few. With min_cell_customers: 1 no number is too small. -#}
{%- macro is_small_cell(customers, buyers=none) -%}
    {%- set least = var("min_cell_customers") | int -%}
    coalesce(
        {{ least }} > 1
        and (
            {{ customers }} < {{ least }}
            {%- if buyers %} or {{ buyers }} between 1 and {{ least - 1 }} {%- endif -%}
        ),
        false
    )
{%- endmacro -%}
