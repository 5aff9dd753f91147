{#- The words of the seed id_placeholders, in lower case, and null, which a seed cannot hold. Unit
    tests have no seed to read. -#}
{%- macro id_placeholders() -%}
    {%- set words = ref("id_placeholders") if model.resource_type != "unit_test" -%}
    {%- if not words or not execute or flags.WHICH in ("compile", "generate") -%}
        {{ return(["null"]) }}
    {%- endif -%}
    {%- set rows = run_query("select distinct lower(placeholder) from " ~ words ~ " order by 1") -%}
    {{ return(rows.columns[0].values() | list + ["null"]) }}
{%- endmacro -%}
