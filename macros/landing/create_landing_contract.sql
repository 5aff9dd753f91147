{#- One empty table per landing table in the schema <target>_landing. Unit tests take their column
    types from these tables. If an optional table is missing, the models read the empty one. -#}
{%- macro create_landing_contract() -%}
    {%- if execute and flags.WHICH in ("run", "build", "test") -%}
        {%- for node in graph.sources.values() if node.source_name == 'landing' -%}
            {%- set relation = api.Relation.create(
                database=target.get("database"),
                schema=node.schema,
                identifier=node.name,
            ) -%}
            {%- if loop.first -%} {%- do adapter.create_schema(relation) -%} {%- endif -%}
            {%- set columns = [] -%}
            {%- for column in node.columns.values() -%}
                {%- do columns.append(column.name ~ " " ~ column.data_type) -%}
            {%- endfor -%}
            {%- set existing = (
                adapter.get_columns_in_relation(relation)
                if load_relation(relation)
                else []
            ) -%}
            {%- set unchanged = [] -%}
            {%- for column in existing -%}
                {%- set wanted = node.columns.get(column.name) -%}
                {%- if wanted and same_type(column.data_type, wanted.data_type) -%}
                    {%- do unchanged.append(column.name) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if unchanged != node.columns.keys() | list -%}
                {%- do run_query("drop table if exists " ~ relation) -%}
                {%- do run_query(
                    "create table " ~ relation ~ " (" ~ columns | join(", ") ~ ")"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {#- Without a commit, dbt rolls back the statements that a hook runs while it is
            rendered. -#}
        {%- do adapter.commit() -%}
    {%- endif -%}
{%- endmacro -%}
