{#- The source of landing table `table_name` as SQL for `from`, or none. -#}
{%- macro landing_relation(table_name) -%}
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
    {%- elif table_name in var("landing_adapters")[mode] -%}
        {{ return(ref(mode ~ "__" ~ table_name)) }}
    {%- endif -%}
{%- endmacro -%}
