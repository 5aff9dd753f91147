{#- The segmentations that prices of categories are published for: value, habits and place. Each adds
    cells that reveal others by subtraction, and a build pays for that. Regions have
    agg_region_category_demand, because few of them have enough buyers of a category. A customer has
    one segment of each, or one with the most weight. -#}
{%- macro price_segmentations() -%}
    {{
        return(
            [
                "rfm",
                "spending_capacity",
                "price_sensitivity",
                "archetype",
                "market_region",
                "country",
            ]
        )
    }}
{%- endmacro -%}
