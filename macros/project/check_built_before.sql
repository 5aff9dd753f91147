{#- Stops a run of a selection before any model when what it reads, and does not build itself, has
    never been built or describes another day than the run is to. -#}
{%- macro check_built_before() -%}
    {%- if execute and flags.WHICH in ("run", "build") and not flags.DEFER -%}
        {%- set missing = [] -%}
        {%- set read = {} -%}
        {%- for key in selected_resources if key.startswith("model.") -%}
            {%- for parent in graph.nodes[key].depends_on.nodes
                if parent in graph.nodes and parent not in selected_resources -%}
                {%- do read.update({parent: graph.nodes[parent]}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for node in read.values() if node.config.materialized != "ephemeral" -%}
            {%- set relation = load_relation(
                api.Relation.create(
                    database=node.database, schema=node.schema, identifier=node.alias
                )
            ) -%}
            {%- if not relation -%} {%- do missing.append(node.name) -%}
            {%- elif node.name == "as_of" and var("as_of_date") -%}
                {%- set built_for = run_query("select as_of_date from " ~ relation)[0][0] -%}
                {%- if built_for | string != var("as_of_date") | string -%}
                    {{
                        exceptions.raise_compiler_error(
                            "as_of_date is '"
                            ~ var("as_of_date")
                            ~ "', but what this selection reads was built for "
                            ~ built_for
                        )
                    }}
                {%- endif -%}
            {%- endif -%}
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
