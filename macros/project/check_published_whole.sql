{#- Stops a run before any model if it would publish a mixture of two runs: a selection, or dbt
    retry, that leaves out a published table. The full build publishes the service cards last; the
    hourly run publishes them alone. -#}
{%- macro check_published_whole() -%}
    {%- if execute -%}
        {%- set package = model.package_name -%}
        {%- set prefix = "model." ~ package ~ "." -%}
        {%- set chosen = [] -%}
        {%- for name in ["publication", "service_publication"]
            if prefix ~ name in selected_resources -%}
            {%- do chosen.append(name) -%}
        {%- endfor -%}
        {%- set is_hour = chosen == ["service_publication"] -%}
        {%- set needed = hourly_models(package) if is_hour else [] -%}
        {%- for name in chosen if not is_hour -%}
            {%- do needed.extend(upstream_models(name, package)) -%}
        {%- endfor -%}
        {%- set missing = needed | unique | reject("in", selected_resources) | list -%}
        {%- set surplus = [] -%}
        {%- for key in upstream_models("service_publication", package)
            if is_hour and key in selected_resources and key not in needed
            and not graph.nodes[key].original_file_path.startswith("models/landing/") -%}
            {%- do surplus.append(key) -%}
        {%- endfor -%}
        {%- if missing or surplus -%}
            {{
                exceptions.raise_compiler_error(
                    "this run would publish a mixture of two runs, because it "
                    ~ ("leaves out " if missing else "does not publish ")
                    ~ some_names(missing or surplus)
                    ~ ": run 'dbt build"
                    ~ (" --selector service_hourly" if is_hour)
                    ~ "' instead of a selection or dbt retry"
                )
            }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{#- Ids of the models that service_publication needs of its own run if it publishes alone. -#}
{%- macro hourly_models(package) -%}
    {%- set prefix = "model." ~ package ~ "." -%}
    {#- In the full build the cards wait for publication; in the hourly run they do not. -#}
    {%- set before = (
        upstream_models("service_publication", package)
        | reject("equalto", prefix ~ "publication")
        | list
    ) -%}
    {%- set keys = [prefix ~ "int_recent_events", prefix ~ "requested_keys"] -%}
    {%- for key in keys -%}
        {%- for child in before
            if key in graph.nodes[child].depends_on.nodes and child not in keys -%}
            {%- do keys.append(child) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for name in ["stg_web__events", "landing_row_counts", "gate_web"] -%}
        {%- do keys.append(prefix ~ name) -%}
    {%- endfor -%}
    {{ return(keys) }}
{%- endmacro -%}

{#- Up to five names of models in one text, gates first, and the number of the others. -#}
{%- macro some_names(keys) -%}
    {%- set gates = [] -%}
    {%- set others = [] -%}
    {%- for key in keys | sort -%}
        {%- set name = key.split(".") | last -%}
        {%- do (gates if name.startswith("gate_") else others).append(name) -%}
    {%- endfor -%}
    {%- set names = gates + others -%}
    {%- set more = " and " ~ (names | length - 5) ~ " more models" if names | length > 5 else "" -%}
    {{ return(names[:5] | join(", ") ~ more) }}
{%- endmacro -%}
