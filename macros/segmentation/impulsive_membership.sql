{#- How much several products put in the cart, each soon after it was first seen, and an order soon
    after the session began show impulse, 0 to 1.
    The row of archetype_thresholds is called thresholds. -#}
{%- macro impulsive_membership(products_added, median_view_to_add_seconds, seconds_to_order) -%}
    least(
        {{ fuzzy_at_least(products_added, "thresholds.impulsive_products_added") }},
        {{ fuzzy_at_most(median_view_to_add_seconds, "thresholds.impulsive_view_to_add_seconds") }},
        {{ fuzzy_at_most(seconds_to_order, "thresholds.impulsive_order_minutes * 60") }}
    )
{%- endmacro -%}
