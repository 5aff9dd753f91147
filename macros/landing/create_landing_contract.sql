{#- One empty table per landing table in the schema <target>_landing, and the table
    landing_contract. Unit tests take their column types and the contract from these tables. If an
    optional table is missing, the models read the empty one. -#}
{%- macro create_landing_contract() -%}
    {%- if execute and flags.WHICH in ("run", "build", "test") -%}
        {%- set contract = {} -%}
        {%- for node in graph.sources.values()
            if node.source_name == "landing" and node.package_name == "customer_segmentation" -%}
            {%- set relation = api.Relation.create(
                database=target.get("database"),
                schema=node.schema,
                identifier=node.name,
            ) -%}
            {%- if loop.first -%} {%- do adapter.create_schema(relation) -%} {%- endif -%}
            {%- do contract.update({node.name: tojson(columns_of_source(node))}) -%}
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
        {%- set written = {} -%}
        {%- if load_relation(contract_table()) -%}
            {%- for row in run_query(
                "select table_name, table_columns from " ~ contract_table()
            ) -%}
                {%- do written.update({row[0]: row[1]}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if contract and written != contract -%}
            {%- do run_query("drop table if exists " ~ contract_table()) -%}
            {%- set rows = [] -%}
            {%- for name, columns in contract.items() -%}
                {%- do rows.append(
                    "select "
                    ~ text_literal(name)
                    ~ " as table_name, "
                    ~ text_literal(columns)
                    ~ " as table_columns"
                ) -%}
            {%- endfor -%}
            {%- do run_query(
                "create table " ~ contract_table() ~ " as " ~ rows | join(" union all ")
            ) -%}
        {%- endif -%}
        {#- Without a commit, dbt rolls back the statements that a hook runs while it is
            rendered. -#}
        {%- do adapter.commit() -%}
    {%- endif -%}
{%- endmacro -%}
