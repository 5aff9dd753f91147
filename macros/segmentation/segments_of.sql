{#- The segments of a segmentation that lists them, in their order: segment, label, column. -#}
{%- macro segments_of(segmentation) -%}
    {{ return(catalogue().segments[segmentation]) }}
{%- endmacro -%}
