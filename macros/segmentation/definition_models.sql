{#- The nodes of a model of segments, and of the models above it, that can change who is in a
    segment. All segmentations read customer_features, so only its parents for the named columns
    count. -#}
{%- macro definition_models(model_name, package, known) -%}
    {%- if not execute -%} {{ return([]) }} {%- endif -%}
    {%- if model_name not in known -%}
        {%- set features = graph.nodes["model." ~ package ~ ".customer_features"] -%}
        {%- set nodes = [graph.nodes["model." ~ package ~ "." ~ model_name]] -%}
        {%- do add_upstream(nodes, [features.unique_id]) -%}
        {%- if features in nodes -%}
            {%- set readers = nodes | reject("equalto", features) | list -%}
            {%- do nodes.extend(named_parents(features, readers, package, known)) -%}
            {%- do add_upstream(nodes, [features.unique_id]) -%}
        {%- endif -%}
        {%- do known.update({model_name: nodes}) -%}
    {%- endif -%}
    {{ return(known[model_name]) }}
{%- endmacro -%}

{#- Adds to a list of nodes the models that they read, from staging on, except parents of the nodes
    in `ends`. Rows of an adapter and erasures are data; a gate passes all rows or none. -#}
{%- macro add_upstream(nodes, ends) -%}
    {%- set layers = ["staging", "intermediate", "segmentation"] -%}
    {%- set apart = ["erasure", "gates"] -%}
    {#- The list grows while it is read: parents of parents are in it. -#}
    {%- for node in nodes if node.unique_id not in ends -%}
        {%- for key in node.depends_on.nodes if key.startswith("model.") -%}
            {%- set parent = graph.nodes[key] -%}
            {%- set folders = parent.original_file_path.split("/") -%}
            {%- if folders[1] in layers and folders[2] not in apart and parent not in nodes -%}
                {%- do nodes.append(parent) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro -%}

{#- The parents of customer_features whose columns are named by `readers`, by the macros that these
    call or by their vars. All parents count if a reader is a Python model, or if the SQL of
    customer_features is not one join per parent. -#}
{%- macro named_parents(features, readers, package, known) -%}
    {%- set parents = {} -%}
    {%- for key in features.depends_on.nodes if key.startswith("model.") -%}
        {%- do parents.update({graph.nodes[key].name: graph.nodes[key]}) -%}
    {%- endfor -%}
    {%- set sql = code_of(features, known).text.replace("{{", "<<").replace("}}", ">>") -%}
    {%- set import = '\\w+ as \\(select \\* from << ref\\("\\w+" \\) >>\\), ' -%}
    {%- set join = "left join \\w+ on \\w+\\.\\w+ = \\w+\\.\\w+ " -%}
    {%- set shape = modules.re.fullmatch(
        "with ((?:" ~ import ~ ")+)final as \\( select ([^%]*) from (\\w+) ((?:" ~ join
        ~ ")+)\\) select \\* from final",
        sql,
    ) -%}
    {%- if not shape or "python" in readers | map(attribute="language") -%}
        {{ return(parents.values() | list) }}
    {%- endif -%}
    {%- set imports, columns, first, joins = shape.groups() -%}
    {%- set aliases = dict(
        modules.re.findall('(\\w+) as \\(select \\* from << ref\\("(\\w+)"', imports)
    ) -%}
    {%- set words = words_of(definition_code(readers, package, known)) -%}
    {#- An item of the select: text without a comma outside parentheses; its last word is its name. -#}
    {%- set inner = "[^()]|\\([^()]*\\)" -%}
    {%- set item = "(?:[^,()]|\\((?:" ~ inner ~ "|\\((?:" ~ inner ~ ")*\\))*\\))+" -%}
    {%- set named = [" from " ~ first ~ "."] -%}
    {%- for column in modules.re.findall(item, columns)
        if modules.re.findall("\\w+", column) | last in words -%}
        {%- do named.append(column) -%}
    {%- endfor -%}
    {#- The list grows while it is read: a join may need another one. -#}
    {%- for text in named -%}
        {%- for alias in aliases if modules.re.search("\\b" ~ alias ~ "\\.", text) -%}
            {%- for condition in modules.re.findall("left join " ~ alias ~ " on ([^ ]* = [^ ]*)", joins)
                if condition not in named -%}
                {%- do named.append(condition) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set needed = [] -%}
    {%- for alias, parent in aliases.items()
        if modules.re.search("\\b" ~ alias ~ "\\.", named | join(" ")) -%}
        {%- do needed.append(parents[parent]) -%}
    {%- endfor -%}
    {{ return(needed) }}
{%- endmacro -%}

{#- All words in code and in the values of the vars that it names. -#}
{%- macro words_of(codes) -%}
    {%- set texts = codes | map(attribute="text") | list -%}
    {%- for name in codes | sum(attribute="vars", start=[]) | unique -%}
        {%- do texts.append(tojson(var(name, none))) -%}
    {%- endfor -%}
    {{ return(set(modules.re.findall("\\w+", texts | join(" ")))) }}
{%- endmacro -%}
