{#- The models of segments, in the order of the catalogue. -#}
{%- macro segmentation_models() -%}
    {%- for error in catalogue().missing_models -%}
        {{ exceptions.raise_compiler_error(error) }}
    {%- endfor -%}
    {{ return(catalogue().segmentations | map(attribute="model") | unique | list) }}
{%- endmacro -%}
