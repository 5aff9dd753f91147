{#- Shows the state of the last run as the source `state`: one view per table, without rows if nothing
    is remembered. It runs before any model, and it is the only reader of a state. -#}
{%- macro read_state() -%}
    {%- if execute and (flags.WHICH == "test" or is_state_read(["model.", "unit_test."])) -%}
        {%- set tables = {} -%}
        {%- set places = {} -%}
        {%- for node in graph.sources.values()
            if node.source_name == "state" and node.package_name == "customer_segmentation" -%}
            {%- set columns = {} -%}
            {%- for column in node.columns.values() -%}
                {%- do columns.update({column.name: column.data_type}) -%}
            {%- endfor -%}
            {%- do tables.update({node.name: columns}) -%}
            {%- do places.update(
                {
                    node.name: api.Relation.create(
                        database=node.database,
                        schema=node.schema,
                        identifier=node.name,
                        type="view",
                    )
                }
            ) -%}
        {%- endfor -%}
        {%- set last = open_state(is_state_read(["model."])) -%}
        {%- do adapter.create_schema(places.values() | first) -%}
        {%- set queries = modules.customer_segmentation.state_queries(tables, **last) -%}
        {%- if is_of_another_landing(queries.segmentation_days) -%}
            {%- set queries = modules.customer_segmentation.state_queries(tables, "", {}) -%}
        {%- endif -%}
        {%- for name, query in queries.items() -%}
            {%- do run_query("create or replace view " ~ places[name] ~ " as " ~ query) -%}
        {%- endfor -%}
        {#- Without a commit, dbt rolls back the statements that a hook runs while it is
            rendered. -#}
        {%- do adapter.commit() -%}
    {%- endif -%}
{%- endmacro -%}

{#- Whether the run selects a resource of these `kinds` that reads the state; a unit test may. -#}
{%- macro is_state_read(kinds) -%}
    {%- for key in selected_resources if flags.WHICH in ("run", "build") -%}
        {%- if "unit_test." in kinds and key.startswith("unit_test.") -%}
            {{ return(true) }}
        {%- endif -%}
        {%- if key.startswith("model.") -%}
            {%- for parent in graph.nodes[key].depends_on.nodes
                if parent.startswith("source.") and parent.split(".")[2] == "state" -%}
                {{ return(true) }}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro -%}

{#- Whether the days of the state are of another landing; stops a run that would publish and lose them. -#}
{%- macro is_of_another_landing(segmentation_days) -%}
    {%- set query -%}
        select landing, count(distinct logged_on) as days
        from ({{ segmentation_days }}) as segmentation_days
        where landing <> '{{ var("landing") }}'
        group by landing
    {%- endset -%}
    {%- set others = run_query(query).rows -%}
    {%- set problem = modules.customer_segmentation.other_landing_problem(
        others | map(attribute=0) | list,
        others | map(attribute=1) | sum,
        var("landing"),
        var("start_history_anew"),
    ) -%}
    {#- A run that publishes nothing, such as a check of a landing, loses nothing. -#}
    {%- if problem and "model." ~ model.package_name ~ ".publication" in selected_resources -%}
        {{ exceptions.raise_compiler_error("published: " ~ problem) }}
    {%- endif -%}
    {{ return(others | length > 0) }}
{%- endmacro -%}
