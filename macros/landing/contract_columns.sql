{#- The contract's columns of a landing table: a list of name, data_type, required, pii, identifies,
    is_id and is_code. A column whose name ends with _id is an id; telephone numbers and postcodes
    are codes, which are cleaned like ids. In a unit test the graph is empty; names and types then come from the contract's
    empty table. -#}
{%- macro contract_columns(table_name) -%}
    {%- set columns = [] -%}
    {%- set node = landing_source(table_name) -%}
    {%- if node -%}
        {%- for column in node.columns.values() -%}
            {%- set identifies = column.config.meta.get("identifies") -%}
            {%- do columns.append(
                {
                    "name": column.name,
                    "data_type": column.data_type,
                    "required": column.config.meta.get("required", false),
                    "pii": column.config.meta.get("pii", "none"),
                    "identifies": identifies,
                    "is_id": column.name.endswith("_id"),
                    "is_code": identifies == "phone"
                    or column.name.endswith("postcode"),
                    "phone_country": column.config.meta.get("phone_country"),
                }
            ) -%}
        {%- endfor -%}
    {%- else -%}
        {%- set contract_table = api.Relation.create(
            database=target.get("database"),
            schema=target.schema ~ "_landing",
            identifier=table_name,
        ) -%}
        {%- for column in adapter.get_columns_in_relation(contract_table) -%}
            {%- do columns.append(
                {
                    "name": column.name,
                    "data_type": column.data_type,
                    "required": false,
                    "pii": "none",
                    "identifies": none,
                    "is_id": column.name.endswith("_id"),
                    "is_code": false,
                    "phone_country": none,
                }
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro -%}

{#- The source node of a landing table, or none if dbt shows no graph (unit tests). -#}
{%- macro landing_source(table_name) -%}
    {%- for node in (graph.get("sources") or {}).values() -%}
        {%- if node.source_name == "landing" and node.name == table_name -%}
            {{ return(node) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}
