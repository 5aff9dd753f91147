{#- Fuzzy membership of impulse, 0 to 1: several products go to the cart, each soon after its first
    view, and the order comes soon after the session began. It needs archetype_thresholds under the
    alias thresholds. -#}
{%- macro impulsive_membership(products_added, median_view_to_add_seconds, seconds_to_order) -%}
    least(
        {{ fuzzy_at_least(products_added, "thresholds.impulsive_products_added") }},
        {{ fuzzy_at_most(median_view_to_add_seconds, "thresholds.impulsive_view_to_add_seconds") }},
        {{ fuzzy_at_most(seconds_to_order, "thresholds.impulsive_order_minutes * 60") }}
    )
{%- endmacro -%}
