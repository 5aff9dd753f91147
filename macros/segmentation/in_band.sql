{#- Whether a value is in a band of a segmentation, as a join condition. The rows of segment_bands are
    called like the segmentation, as in age_bands for age_band. A band without an upper end has no limit. -#}
{%- macro in_band(segmentation, value) -%}
    {%- set bands = segmentation.removesuffix("_band") ~ "_bands" -%}
    {{ bands }}.segmentation = '{{ segmentation }}'
    and {{ value }} >= {{ bands }}.from_value
    and {{ value }} < coalesce({{ bands }}.below_value, cast('Infinity' as double))
{%- endmacro -%}
