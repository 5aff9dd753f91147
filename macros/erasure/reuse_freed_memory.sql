{#- A post-hook that ends return_freed_memory, after the last reader of erased people's rows: it costs
    the later models up to three times their time. A model that reads such rows begins it again. -#}
{%- macro reuse_freed_memory() -%}
    {{ return(adapter.dispatch("reuse_freed_memory", "customer_segmentation")()) }}
{%- endmacro -%}

{%- macro duckdb__reuse_freed_memory() -%}
    {%- if execute -%}
        {%- do run_query("reset allocator_flush_threshold") -%}
        {%- do run_query("reset allocator_bulk_deallocation_flush_threshold") -%}
    {%- endif -%}
{%- endmacro -%}

{%- macro spark__reuse_freed_memory() -%} {%- endmacro -%}
