{#- The segments of a segmentation that lists them, in their order. -#}
{%- macro segments_of(segmentation) -%}
    {{ return(catalogue().segments[segmentation] | map("first") | list) }}
{%- endmacro -%}
