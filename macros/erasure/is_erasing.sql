{#- Whether anybody is to be erased, looked up when a model runs. A landing without requests is read
    as if there were no erasure. -#}
{%- macro is_erasing() -%}
    {%- set erased_keys = ref("erased_keys") -%}
    {%- if not execute or flags.WHICH in ("compile", "generate") or not load_relation(
        erased_keys
    ) -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(run_query("select 1 from " ~ erased_keys ~ " limit 1").rows | length > 0) }}
{%- endmacro -%}
