{#- Fills a seed's table. dbt-spark writes each value into the statement without escaping it, and
    null as the text 'None'. Here the rows travel as one JSON literal: its only special characters
    are the quote and the backslash, and Spark parses one literal instead of one per value. -#}
{%- macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model.config.get("column_types", {}) -%}
    {%- set values = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- set type = types.get(name, adapter.convert_type(agate_table, loop.index0)) -%}
        {%- do values.append(seed_value("row[" ~ loop.index0 ~ "]", type, name)) -%}
    {%- endfor -%}
    {%- set statements = [] -%}
    {%- for rows in agate_table.rows | batch(get_batch_size()) -%}
        {%- set json_rows = [] -%}
        {%- for row in rows -%}
            {%- set texts = [] -%}
            {%- for value in row -%}
                {%- do texts.append(none if value is none else value | string) -%}
            {%- endfor -%}
            {%- do json_rows.append(texts) -%}
        {%- endfor -%}
        {%- set literal = tojson(json_rows) | replace("\\", "\\\\") | replace("'", "\\'") -%}
        {%- set insert -%}
            insert into {{ this.render() }}
            select {{ values | join(", ") }}
            from (select explode(from_json('{{ literal }}', 'array<array<string>>')) as row)
        {%- endset -%}
        {%- do adapter.add_query(insert, abridge_sql_log=True) -%}
        {%- do statements.append(insert) -%}
    {%- endfor -%}
    {{ return(statements[0]) }}
{%- endmacro -%}

{#- A seed's text as its column's type; an error where Spark's cast would give null. -#}
{%- macro seed_value(text, type, column) -%}
    {%- if type == dbt.type_string() -%} {{ text }}
    {%- else -%}
        case
            when {{ text }} is not null
            then
                coalesce(
                    cast({{ text }} as {{ type }}),
                    raise_error({{ text }} || ' in column {{ column }} is not a {{ type }}')
                )
        end
    {%- endif -%}
{%- endmacro -%}
