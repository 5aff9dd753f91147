{#- Whether the run selects a resource of this package: a project that installs it has others. -#}
{%- macro selects_this_package() -%}
    {%- for key in selected_resources if key.split(".")[1] == "customer_segmentation" -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro -%}
