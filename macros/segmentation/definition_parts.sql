{#- Parts of the hash of a definition: the code of a model of segments and of the
    models above it, with its macros, seeds and vars, and the configuration of Python models. -#}
{%- macro definition_parts(model_name, package, known) -%}
    {%- set parts = [] -%}
    {%- set nodes = definition_models(model_name, package, known) -%}
    {%- for node in nodes -%}
        {%- for key in without_circumstances(node.config.meta) if node.language == "python" -%}
            {%- set value = tojson(node.config.meta[key]) -%}
            {%- do parts.append("configuration " ~ node.name ~ "." ~ key ~ " " ~ value) -%}
        {%- endfor -%}
        {%- for key in node.depends_on.nodes if key.startswith("seed.") -%}
            {%- set seed = graph.nodes[key] -%}
            {#- Not the sample, which is data. -#}
            {%- if seed.original_file_path.split("/")[1] in ["business", "reference"] -%}
                {%- do parts.append("seed " ~ seed.name ~ " " ~ seed.checksum.checksum) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for code in definition_code(nodes, package, known) -%}
        {%- do parts.append(code.name ~ " " ~ code.checksum) -%}
        {%- for name in code.vars -%}
            {%- do parts.append("var " ~ name ~ " " ~ tojson(var(name, none))) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(parts | unique | sort) }}
{%- endmacro -%}

{#- The modules of the Python package that a model of segments and those above it import. -#}
{%- macro definition_modules(model_name, package, known) -%}
    {%- set imported = [] -%}
    {%- for node in definition_models(model_name, package, known) if node.language == "python" -%}
        {%- do imported.extend(
            modules.re.findall(
                "(?:from|import) (customer_segmentation[\\w.]*)", node.raw_code
            )
        ) -%}
    {%- endfor -%}
    {{ return(imported | unique | sort) }}
{%- endmacro -%}
