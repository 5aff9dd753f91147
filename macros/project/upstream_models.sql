{#- The ids of a model of `package` and of all models of the package that it reads, directly or through
    others. -#}
{%- macro upstream_models(model_name, package) -%}
    {%- set prefix = "model." ~ package ~ "." -%}
    {%- set keys = [prefix ~ model_name] -%}
    {#- The list grows while it is read: parents of parents are in it. -#}
    {%- for key in keys if key in graph.nodes -%}
        {%- for parent in graph.nodes[key].depends_on.nodes
            if parent.startswith(prefix) and parent not in keys -%}
            {%- do keys.append(parent) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(keys) }}
{%- endmacro -%}
