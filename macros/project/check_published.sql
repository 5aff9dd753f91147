{#- Stops the run before any model when it could not go on with what was published: where that is
    missing or cannot be read, or where the run would publish to another place. -#}
{%- macro check_published() -%}
    {%- if execute and flags.WHICH in ("run", "build") and not var("start_history_anew") -%}
        {%- set reads_history = [] -%}
        {%- for key in selected_resources if key.startswith("model.") -%}
            {%- if graph.nodes[key].config.meta.publish_path -%}
                {%- do reads_history.append(key) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set errors = [] -%}
        {%- for name, has_history in {"publication": true, "service_publication": false}.items() -%}
            {%- set key = "model.customer_segmentation." ~ name -%}
            {%- if key in selected_resources or (has_history and reads_history) -%}
                {%- do errors.append(publication_problem(graph.nodes[key], has_history)) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set errors = errors | select | list -%}
        {%- if errors -%}
            {{ exceptions.raise_compiler_error("published: " ~ errors | join("; ")) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
