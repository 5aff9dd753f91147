{#- Stops the run before any model if it could not continue the published tables and their state: if they
    are missing or unreadable, or if the run would publish to another place. It also stops a run that builds
    in what it publishes. -#}
{%- macro check_published() -%}
    {%- if execute and flags.WHICH in ("run", "build") -%}
        {%- set errors = [] -%}
        {%- for name, has_history in {"publication": true, "service_publication": false}.items() -%}
            {%- set key = "model.customer_segmentation." ~ name -%}
            {%- set node = publishing_node(name) -%}
            {%- do errors.append(database_problem(node)) -%}
            {%- set is_used = key in selected_resources or (
                has_history and is_state_read(["model."])
            ) -%}
            {%- if is_used and not var("start_history_anew") -%}
                {%- do errors.append(publication_problem(node, has_history)) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set errors = errors | select | unique | list -%}
        {%- if errors -%}
            {{ exceptions.raise_compiler_error("published: " ~ errors | join("; ")) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
