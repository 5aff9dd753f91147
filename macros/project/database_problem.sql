{#- The reason why the run must not build in its database, which has a place or name of another one. -#}
{%- macro database_problem(node) -%}
    {{ return(adapter.dispatch("database_problem", "customer_segmentation")(node)) }}
{%- endmacro -%}

{%- macro default__database_problem(node) -%} {{ return(none) }} {%- endmacro -%}

{%- macro duckdb__database_problem(node) -%}
    {{
        return(
            modules.customer_segmentation.database_problem(node.config.publish_path, build_file())
        )
    }}
{%- endmacro -%}
