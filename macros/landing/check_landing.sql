{#- Stops the run before any model if a landing file cannot be read, if a name only resembles the name of
    a landing table, or if a declared format does not exist. All problems are named at once. -#}
{%- macro check_landing() -%}
    {%- set tables = landing_tables().values() | sum(start=[]) -%}
    {%- set types = {} -%}
    {%- for table in var("landing_formats") if table in tables -%}
        {%- do types.update({table: {}}) -%}
        {%- for column in contract_columns(table) -%}
            {%- do types[table].update({column.name: column.data_type}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set problems = modules.customer_segmentation.format_problems(
        var("landing_formats"), types
    ) -%}
    {%- if var("landing") == "files" -%}
        {%- do problems.extend(
            modules.customer_segmentation.reading_problems(
                modules.customer_segmentation.project_path(var("landing_path")),
                landing_contract(tables),
                var("landing_encoding"),
            )
        ) -%}
    {%- elif var("landing") == "tables" -%}
        {%- do problems.extend(
            modules.customer_segmentation.schema_problems(
                tables_of_landing_schema(), tables
            )
        ) -%}
    {%- endif -%}
    {%- if problems -%}
        {{ exceptions.raise_compiler_error("landing:\n" ~ problems | join("\n")) }}
    {%- endif -%}
{%- endmacro -%}

{#- The names of all tables and views of landing_schema. -#}
{%- macro tables_of_landing_schema() -%}
    {%- set place = api.Relation.create(
        database=var("landing_database") or target.get("database"),
        schema=var("landing_schema"),
    ) -%}
    {%- if not adapter.check_schema_exists(place.database, place.schema) -%}
        {{ return([]) }}
    {%- endif -%}
    {#- Every engine has the name in the second column. -#}
    {{ return(list_relations_without_caching(place).columns[1].values() | list) }}
{%- endmacro -%}
