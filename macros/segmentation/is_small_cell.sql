{#- Whether so many customers, of whom so many bought, are too few to show amounts or rates of them.
    Amounts are of buyers: of none of them they are 0, of a few they are those of the few. Of null
    customers it is false. min_cell_customers: 1 makes no number too small. -#}
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
