{#- Entries of landing_refs that cannot be landing tables, and models that read another project's model
    by mistake, because dbt looks for a name in the root project first; a list of sentences. -#}
{%- macro landing_refs_problems() -%}
    {%- set problems = [] -%}
    {%- set tables = landing_tables().values() | sum(start=[]) -%}
    {%- set mapped = var("landing_refs") if var("landing") == "refs" else {} -%}
    {%- for table in mapped if table not in tables -%}
        {%- do problems.append(
            "landing_refs has '"
            ~ table
            ~ "', which is no landing table; expected one of "
            ~ tables
            | sort
            | join(", ")
        ) -%}
    {%- endfor -%}
    {%- set model_names = [] -%}
    {%- for model_name in mapped.values() -%}
        {%- do model_names.append((model_name | string).split(".") | last) -%}
    {%- endfor -%}
    {%- for key in parents_elsewhere() -%}
        {%- set node = graph.nodes.get(key) or graph.sources[key] -%}
        {%- if node.name not in model_names -%}
            {%- do problems.append(
                "the project "
                ~ node.package_name
                ~ " has a "
                ~ node.resource_type
                ~ " "
                ~ node.name
                ~ ", as customer_segmentation has, which would read that one; rename it, or set the"
                ~ " flag require_ref_searches_node_package_before_root"
            ) -%}
        {%- elif node.config.materialized == "ephemeral" -%}
            {%- do problems.append(
                "landing_refs has the ephemeral model "
                ~ node.name
                ~ "; expected a table or a view"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{%- endmacro -%}

{#- Ids of the models, seeds and sources of other packages that models of this one read. -#}
{%- macro parents_elsewhere() -%}
    {%- set keys = [] -%}
    {%- for node in graph.nodes.values() if node.package_name == "customer_segmentation" -%}
        {%- for key in node.depends_on.nodes
            if key.split(".")[1] != "customer_segmentation" and key not in keys -%}
            {%- do keys.append(key) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(keys) }}
{%- endmacro -%}
