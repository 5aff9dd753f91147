{#- Fuzzy membership of indecision, 0 to 1: many views of few products of one category, one of them
    again and again. It needs archetype_thresholds under the alias thresholds. -#}
{%- macro indecisive_membership(product_views, products, views_of_product) -%}
    least(
        {{ fuzzy_at_least(product_views, "thresholds.indecisive_views") }},
        {{ fuzzy_at_most(products, "thresholds.indecisive_max_products") }},
        {{ fuzzy_at_least(views_of_product, "thresholds.indecisive_product_views") }}
    )
{%- endmacro -%}
