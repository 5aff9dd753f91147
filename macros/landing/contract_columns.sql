{#- The contract's columns of a landing table: a list of name, data_type, required, pii, identifies,
    is_key, is_id, is_code, phone_country, words, unknown_word, other_words, most_words_known,
    minimum, maximum and earliest. A column whose name
    ends with _id is an id; telephone numbers and postcodes are codes, which are cleaned like ids.
    In a unit test dbt has no graph; the columns then come from the table that
    create_landing_contract has made of the contract. -#}
{%- macro contract_columns(table_name) -%}
    {%- set node = landing_source(table_name) -%}
    {%- if node -%} {{ return(columns_of_source(node)) }} {%- endif -%}
    {%- if not execute -%} {{ return([]) }} {%- endif -%}
    {%- set rows = run_query(
        "select table_columns from "
        ~ contract_table()
        ~ " where table_name = '"
        ~ table_name
        ~ "'"
    ) -%}
    {{ return(fromjson(rows.columns[0].values()[0])) }}
{%- endmacro -%}

{#- The columns of a landing table's source node. -#}
{%- macro columns_of_source(node) -%}
    {%- set columns = [] -%}
    {%- for column in node.columns.values() -%}
        {%- set meta = column.config.meta -%}
        {%- do columns.append(
            {
                "name": column.name,
                "data_type": column.data_type,
                "required": meta.get("required", false),
                "pii": meta.get("pii", "none"),
                "identifies": meta.get("identifies"),
                "is_key": column.name == node.config.meta.get("key"),
                "is_id": column.name.endswith("_id"),
                "is_code": meta.get("identifies") == "phone"
                or column.name.endswith("postcode"),
                "phone_country": meta.get("phone_country"),
                "words": meta.get("words"),
                "unknown_word": meta.get("unknown_word"),
                "other_words": meta.get("other_words"),
                "most_words_known": meta.get("most_words_known", false),
                "minimum": meta.get("minimum"),
                "maximum": meta.get("maximum"),
                "earliest": (
                    meta.get("earliest") | string if meta.get("earliest") else none
                ),
            }
        ) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro -%}

{#- The source node of a landing table, or none if dbt shows no graph (unit tests). -#}
{%- macro landing_source(table_name) -%}
    {{
        return(
            (graph.get("sources") or {}).get("source.customer_segmentation.landing." ~ table_name)
        )
    }}
{%- endmacro -%}

{#- The table of the contract: a row per landing table, its columns as JSON. -#}
{%- macro contract_table() -%}
    {{
        return(
            api.Relation.create(
                database=target.get("database"),
                schema=target.schema ~ "_landing",
                identifier="landing_contract",
            )
        )
    }}
{%- endmacro -%}
