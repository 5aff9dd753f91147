{#- What a model of segments is made by, as a short hash: the code of it and of all models above it, the
    business seeds there, and the vars that they name in code or configuration. It changes
    when one of them does, and not with the data. -#}
{%- macro definition_version(model_name) -%}
    {%- if not execute -%} {{ return("") }} {%- endif -%}
    {%- set keys = ["model." ~ project_name ~ "." ~ model_name] -%}
    {%- set layers = ["staging", "intermediate", "segmentation"] -%}
    {#- These say where data are and what is done with them, not what a segment is. -#}
    {%- set others = ("as_of_date", "landing", "publish", "accept_", "refit", "start_history") -%}
    {%- set codes = [] -%}
    {%- set seeds = [] -%}
    {%- set names = [] -%}
    {#- The list grows while it is read: parents of parents are in it. -#}
    {%- for key in keys -%}
        {%- set node = graph.nodes.get(key) -%}
        {%- if node and node.original_file_path.startswith("seeds/business/") -%}
            {%- do seeds.append(node.name ~ "=" ~ node.checksum.checksum) -%}
        {%- elif node and node.resource_type == "model" -%}
            {%- if node.original_file_path.split("/")[1] in layers -%}
                {%- set text = node.raw_code ~ tojson(node.unrendered_config) -%}
                {%- do names.extend(modules.re.findall("\\bvar\\(\\s*\\W?[\"'](\\w+)", text)) -%}
                {%- do codes.append(node.name ~ "=" ~ node.checksum.checksum) -%}
            {%- endif -%}
            {%- for parent in node.depends_on.nodes if parent not in keys -%}
                {%- do keys.append(parent) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set values = [] -%}
    {%- for name in names | unique | sort if not name.startswith(others) -%}
        {%- do values.append(name ~ "=" ~ tojson(var(name))) -%}
    {%- endfor -%}
    {%- set parts = codes | sort + seeds | sort + values -%}
    {{ return(local_md5(parts | join("\n"))[:8]) }}
{%- endmacro -%}
