{#- The definitions of all models of segments of `package` by name, as
    src/customer_segmentation/definitions.py finds them; none while dbt parses. -#}
{%- macro definitions(package) -%}
    {%- if not execute -%} {{ return({}) }} {%- endif -%}
    {{
        return(
            modules.customer_segmentation.definitions(
                segmentation_models(), package, graph, context, var
            )
        )
    }}
{%- endmacro -%}
