{#- The words of the seed id_placeholders, in lower case, and null, which a seed cannot hold. -#}
{%- macro id_placeholders() -%}
    {%- set words = ref("id_placeholders") -%}
    {%- if not execute or flags.WHICH in ("compile", "generate") -%} {{ return([]) }} {%- endif -%}
    {%- set rows = run_query("select distinct lower(placeholder) from " ~ words ~ " order by 1") -%}
    {{ return(rows.columns[0].values() | list + ["null"]) }}
{%- endmacro -%}
