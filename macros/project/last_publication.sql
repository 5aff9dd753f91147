{#- The last run that published, as the build database has it: a dictionary. -#}
{%- macro last_publication(node) -%}
    {%- set relation = node.alias and load_relation(
        api.Relation.create(
            database=node.database, schema=node.schema, identifier=node.alias
        )
    ) -%}
    {%- if not relation -%} {{ return({"was_published": false}) }} {%- endif -%}
    {%- set known = adapter.get_columns_in_relation(relation) | map(attribute="name") | list -%}
    {%- set values = [] -%}
    {#- A build database of an older version lacks columns. -#}
    {%- for column in ["published_to", "built_in", "as_of_date"] -%}
        {%- do values.append("max(" ~ column ~ ")" if column in known else "null") -%}
    {%- endfor -%}
    {%- set query = "select count(*), " ~ values | join(", ") ~ " from " ~ relation -%}
    {%- set row = run_query(query)[0] -%}
    {{
        return(
            {
                "was_published": row[0] > 0,
                "last_place": row[1],
                "last_database": row[2],
                "last_day": row[3],
            }
        )
    }}
{%- endmacro -%}
