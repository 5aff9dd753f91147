{#- Nothing, or `where false` in a unit test of other segmentations of the same model. -#}
{%- macro if_shown(segmentation) -%}
    {%- set shown = shown_segmentations() -%}
    {%- if shown and segmentation not in shown -%} where false {%- endif -%}
{%- endmacro -%}

{#- Unit tests override this list, so that they expect only the rows of the rule that they test. -#}
{%- macro shown_segmentations() -%} {{ return([]) }} {%- endmacro -%}
