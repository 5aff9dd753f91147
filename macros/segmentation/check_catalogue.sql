{#- Stops a build when a file of a segmentation was left out. -#}
{%- macro check_catalogue() -%}
    {%- if execute and flags.WHICH == "build" -%}
        {%- set errors = catalogue().problems -%}
        {%- if errors -%} {{ exceptions.raise_compiler_error(errors | join("\n")) }} {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
