{#- Gives a seed of seeds/business the rows that it has in this run, if they are others than those of
    its file: rows of business_path, or none instead of examples. A post-hook of the seeds. -#}
{%- macro use_business_rows() -%}
    {%- set own = modules.customer_segmentation.business_rows(model, var) if execute -%}
    {%- if own -%}
        {%- do run_query("truncate table " ~ this) -%}
        {%- set selects = [] -%}
        {%- for row in own.rows -%}
            {%- set values = [] -%}
            {%- for value in row -%}
                {%- set literal = "null" if value is none else text_literal(value) -%}
                {%- set type = model.config.column_types[own.columns[loop.index0]] -%}
                {%- do values.append("cast(" ~ literal ~ " as " ~ type ~ ")") -%}
            {%- endfor -%}
            {%- do selects.append("select " ~ values | join(", ")) -%}
        {%- endfor -%}
        {%- if selects -%}
            {%- do run_query("insert into " ~ this ~ " " ~ selects | join(" union all ")) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
