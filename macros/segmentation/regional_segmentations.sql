{#- The segmentations that demand is published for by region. -#}
{%- macro regional_segmentations() -%} {{ return(["rfm", "lifecycle"]) }} {%- endmacro -%}
