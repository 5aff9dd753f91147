{#- The accepted rows of a staging model whose domain has passed its gate. All layers after staging
    read staging through this macro, so that a failed gate stops them. A test over the manifest
    enforces it. `with_excluded` gives all landed rows, for models that need every version of a
    record. -#}
{%- macro gated(staging_model, with_excluded=false) -%}
    {%- set domain = staging_model.split("__")[0] | replace("stg_", "") -%}
    {#- A unit test gives rows to the staging model and runs no gate. -#}
    {%- if model.resource_type != "unit_test" -%} {%- do ref("gate_" ~ domain) -%} {%- endif -%}
    {{ return(ref(staging_model) if with_excluded else accepted_rows(staging_model)) }}
{%- endmacro -%}
