{#- A post-hook that ends return_freed_memory after readers of erased people's rows. Later models would
    take up to five times as long. -#}
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
