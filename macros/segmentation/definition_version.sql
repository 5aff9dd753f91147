{#- Version of a model of segments of `package`, a short hash. It changes with anything that can
    change who is in a segment, and not with the data. `known` is a dict that
    calls share, so that nothing is read twice. -#}
{%- macro definition_version(model_name, package, known) -%}
    {%- if not execute -%} {{ return("") }} {%- endif -%}
    {{ return(local_md5(definition_parts(model_name, package, known) | join("\n"))[:8]) }}
{%- endmacro -%}
