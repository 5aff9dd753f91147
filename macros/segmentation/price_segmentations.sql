{#- The segmentations that prices of categories are published for: value, habits, age, income and
    place. Regions have agg_region_category_demand, because few of them have enough buyers of a
    category. A customer has one segment of each, or one with the most weight. -#}
{%- macro price_segmentations() -%}
    {{
        return(
            [
                "rfm",
                "historic_value",
                "lifecycle",
                "spending_capacity",
                "price_sensitivity",
                "archetype",
                "age_band",
                "income_band",
                "company_size",
                "market_region",
                "country",
            ]
        )
    }}
{%- endmacro -%}
