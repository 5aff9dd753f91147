{#- The node of a model that publishes; its place alone in a check of the landing, which does not parse it. -#}
{%- macro publishing_node(name) -%}
    {%- set path = var("publish_path") or env_var(
        "SEGMENTS_PUBLISHED", "published/customer_segments.duckdb"
    ) -%}
    {%- set place = {"publish_path": path, "publish_schema": var("publish_schema")} -%}
    {{ return(graph.nodes.get("model.customer_segmentation." ~ name) or {"config": place}) }}
{%- endmacro -%}
