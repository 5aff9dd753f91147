{#- What a model of segments is made by, as a short hash: its own SQL, and the business seeds and vars
    that it and everything above it name. It changes when one of them does, and not with the data. -#}
{%- macro definition_version(model_name) -%}
    {%- if not execute -%} {{ return("") }} {%- endif -%}
    {%- set own_key = "model." ~ project_name ~ "." ~ model_name -%}
    {%- set keys = [own_key] -%}
    {%- set seeds = [] -%}
    {%- set names = [] -%}
    {#- The list grows while it is read: parents of parents are in it. -#}
    {%- for key in keys -%}
        {%- set node = graph.nodes.get(key) -%}
        {%- if node and node.original_file_path.startswith("seeds/business/") -%}
            {%- do seeds.append(node.name ~ "=" ~ node.checksum.checksum) -%}
        {%- elif node and node.resource_type == "model" -%}
            {%- do names.extend(
                modules.re.findall("\\bvar\\(\\s*[\"'](\\w+)[\"']", node.raw_code)
            ) -%}
            {%- for parent in node.depends_on.nodes if parent not in keys -%}
                {%- do keys.append(parent) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set values = [] -%}
    {%- for name in names | unique | sort
        if name != "as_of_date" and not name.startswith(("landing", "publish")) -%}
        {%- do values.append(name ~ "=" ~ tojson(var(name))) -%}
    {%- endfor -%}
    {%- set parts = [graph.nodes[own_key].checksum.checksum] + seeds | sort + values -%}
    {{ return(local_md5(parts | join("\n"))[:8]) }}
{%- endmacro -%}
