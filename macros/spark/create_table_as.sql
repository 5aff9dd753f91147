{#- Writes the DataFrame of a Python model as a table on Spark, in the session's format if no
    file_format is set, as dbt-spark does for SQL models. For Python models dbt-spark asks for Delta
    instead, and loads pandas on Spark, which no model here returns. -#}
{%- macro spark__create_table_as(temporary, relation, compiled_code, language="sql") -%}
    {%- if language != "python" -%}
        {{ return(dbt.spark__create_table_as(temporary, relation, compiled_code, language)) }}
    {%- endif -%}
    {%- set file_format = config.get("file_format") -%}
    {%- set format = ', format="' ~ file_format ~ '"' if file_format else "" -%}
    {#- Python as Jinja text that no SQL formatter touches; it begins on a new line. -#}
    {{- "\n" ~ compiled_code ~ "\n" -}}
    {{- 'model(dbtObj(spark.table), spark).write.saveAsTable("' ~ relation ~ '"' ~ format -}}
    {{- ', mode="overwrite", overwriteSchema="true")\n' -}}
{%- endmacro -%}
