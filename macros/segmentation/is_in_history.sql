{#- Whether the history remembers a segmentation: a condition on the column with its name. -#}
{%- macro is_in_history(column) -%}
    {%- set forgotten = (
        catalogue().segmentations
        | selectattr("is_in_history", "equalto", "false")
        | map(attribute="segmentation")
        | join("', '")
    ) -%}
    {%- if forgotten -%} {{ column }} not in ('{{ forgotten }}')
    {%- else -%} true
    {%- endif -%}
{%- endmacro -%}
