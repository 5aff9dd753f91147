{#- The source of landing table `table_name` as SQL for `from`, or none. A test that is no child of the
    landing runs only with its other parents. -#}
{%- macro landing_relation(table_name, is_parent=true) -%}
    {%- set mode = var("landing") -%}
    {%- if mode == "sample" -%} {{ return(ref("sample_" ~ table_name)) }}
    {%- elif mode == "files" -%}
        {%- if execute -%} {{ return(landing_file(table_name)) }} {%- endif -%}
    {%- elif mode == "tables" -%}
        {%- if execute -%}
            {{
                return(
                    load_relation(
                        api.Relation.create(
                            database=var("landing_database") or target.get("database"),
                            schema=var("landing_schema"),
                            identifier=table_name,
                        )
                    )
                )
            }}
        {%- endif -%}
    {%- elif mode == "refs" -%}
        {%- if table_name in var("landing_refs") -%}
            {{ return(mapped_relation(var("landing_refs")[table_name] | string, is_parent)) }}
        {%- endif -%}
    {%- elif table_name in var("landing_adapters")[mode] -%}
        {{ return(ref(mode ~ "__" ~ table_name)) }}
    {%- endif -%}
{%- endmacro -%}

{#- The relation of a mapped model: its name, or package.model. -#}
{%- macro mapped_relation(model_name, is_parent) -%}
    {%- set parts = model_name.split(".") -%}
    {%- if is_parent -%} {{ return(ref(*parts)) }} {%- endif -%}
    {%- for node in (graph.nodes or {}).values()
        if node.name == parts[-1] and node.resource_type in ("model", "seed", "snapshot")
        and parts[0] in (node.name, node.package_name) -%}
        {{
            return(
                api.Relation.create(
                    database=node.database, schema=node.schema, identifier=node.alias
                )
            )
        }}
    {%- endfor -%}
{%- endmacro -%}
