{#- Stops a run of a selection before any model when what it reads, and does not build itself, has
    never been built. -#}
{%- macro check_built_before() -%}
    {%- if execute and flags.WHICH in ("run", "build") and not flags.DEFER -%}
        {%- set missing = [] -%}
        {%- for key in selected_resources if key.startswith("model.") -%}
            {%- for parent in graph.nodes[key].depends_on.nodes
                if parent in graph.nodes and parent not in selected_resources -%}
                {%- set node = graph.nodes[parent] -%}
                {%- set relation = api.Relation.create(
                    database=node.database, schema=node.schema, identifier=node.alias
                ) -%}
                {%- if node.config.materialized != "ephemeral" and node.name not in missing and not load_relation(
                    relation
                ) -%}
                    {%- do missing.append(node.name) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if missing -%}
            {{
                exceptions.raise_compiler_error(
                    "this selection reads " ~ missing
                    | sort
                    | join(", ")
                    ~ ", which no run has built yet: build everything once (dbt build) before it"
                )
            }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
