{#- The segmentations that have a column in dim_customers. -#}
{%- macro wide_segmentations() -%}
    {{
        return(
            catalogue().segmentations
            | selectattr("is_in_dim_customers", "equalto", "true")
            | map(attribute="segmentation")
            | list
        )
    }}
{%- endmacro -%}
