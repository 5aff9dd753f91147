{#- The last run that published, as the build database has it: a dictionary. -#}
{%- macro last_publication(node) -%}
    {%- set relations = {} -%}
    {%- for known in (node, graph.nodes["model.customer_segmentation.published_run"]) -%}
        {%- set relation = load_relation(
            api.Relation.create(
                database=known.database, schema=known.schema, identifier=known.alias
            )
        ) -%}
        {%- do relations.update({known.name: relation}) -%}
    {%- endfor -%}
    {%- set relation = relations[node.name] -%}
    {%- if not relation -%} {{ return({"was_published": false}) }} {%- endif -%}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute="name") | list -%}
    {#- A build database of an older version lacks the place. -#}
    {%- set place = (
        "max(published_to), max(built_in)"
        if "published_to" in columns
        else "null, null"
    ) -%}
    {%- set row = run_query("select count(*), " ~ place ~ " from " ~ relation)[0] -%}
    {%- set day = none -%}
    {%- if relations.published_run -%}
        {%- set query = "select max(as_of_date) from " ~ relations.published_run -%}
        {%- set day = run_query(query)[0][0] -%}
    {%- endif -%}
    {{
        return(
            {
                "was_published": row[0] > 0,
                "last_place": row[1],
                "last_database": row[2],
                "last_day": day,
            }
        )
    }}
{%- endmacro -%}
