{#- The models of segments. A new one is one more line here. -#}
{%- macro segmentation_models() -%}
    {{
        return(
            [
                "seg_rfm",
                "seg_value",
                "seg_cluster",
                "seg_purchase",
                "seg_purchase_habits",
                "seg_purchase_mix",
                "seg_demographic",
                "seg_household",
                "seg_geographic",
                "seg_firmographic",
                "seg_lifecycle",
                "seg_prospect",
                "seg_prospect_value",
                "seg_web_visits",
                "seg_web_shopping",
                "seg_archetype",
                "seg_preference",
                "seg_service",
                "seg_psychographic",
                "seg_business",
            ]
        )
    }}
{%- endmacro -%}
