{#- Stops a selection before any model if an input that it does not build was never built, or was
    built for another day. A selection that publishes besides the full build stops, too, if its
    inputs were not published or are of another landing. -#}
{%- macro check_built_before() -%}
    {%- if execute and flags.WHICH in ("run", "build") and not flags.DEFER -%}
        {%- set missing = [] -%}
        {%- set read = {} -%}
        {%- for key in selected_resources if key.startswith("model.customer_segmentation.") -%}
            {%- for parent in graph.nodes[key].depends_on.nodes
                if parent in graph.nodes and parent not in selected_resources -%}
                {%- do read.update({parent: graph.nodes[parent]}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set relations = {} -%}
        {%- for node in read.values() if node.config.materialized != "ephemeral" -%}
            {%- set relation = load_relation(
                api.Relation.create(
                    database=node.database, schema=node.schema, identifier=node.alias
                )
            ) -%}
            {%- do relations.update({node.name: relation}) -%}
            {%- if not relation -%} {%- do missing.append(node.name) -%} {%- endif -%}
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
        {%- if relations.as_of -%} {{ check_built_for(relations) }} {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
