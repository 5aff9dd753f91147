{#- The catalogue of segmentations while dbt parses: seeds/business/segmentations.csv and segments.csv
    as src/customer_segmentation/catalogue.py reads them; also the names of the landing tables. -#}
{%- macro catalogue() -%}
    {%- set text = env_var("SEGMENTS_CATALOGUE", "") -%}
    {%- if not text -%}
        {{
            exceptions.raise_compiler_error(
                "seeds/business/segmentations.csv was not read; expected the Python package "
                ~ "customer_segmentation in the environment of dbt, and the dbt package in the folder of packages"
            )
        }}
    {%- endif -%}
    {{ return(modules.customer_segmentation.unpacked_catalogue(text)) }}
{%- endmacro -%}
