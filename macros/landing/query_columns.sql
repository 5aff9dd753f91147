{#- Names and types of a query's columns: a list of dicts with name, quoted and data_type. -#}
{%- macro query_columns(query) -%}
    {%- set columns = [] -%}
    {%- for row in run_query(adapter.dispatch("describe_query", "customer_segmentation")(query)) -%}
        {%- do columns.append(
            {"name": row[0], "quoted": adapter.quote(row[0]), "data_type": row[1]}
        ) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro -%}

{%- macro duckdb__describe_query(query) -%}
    {{ return("select column_name, column_type from (describe " ~ query ~ ")") }}
{%- endmacro -%}

{%- macro spark__describe_query(query) -%} {{ return("describe query " ~ query) }} {%- endmacro -%}
