{#- Lets the engine clear memory that it frees: otherwise old data end in the gaps of a block of the
    build database. relations.return_freed_memory does the same in Python. -#}
{%- macro return_freed_memory() -%}
    {{ return(adapter.dispatch("return_freed_memory", "customer_segmentation")()) }}
{%- endmacro -%}

{%- macro duckdb__return_freed_memory() -%}
    {#- Files that are kept in memory would be freed later. -#}
    {%- do run_query("set enable_external_file_cache = false") -%}
    {%- do run_query("set allocator_flush_threshold = '0B'") -%}
    {%- do run_query("set allocator_bulk_deallocation_flush_threshold = '0B'") -%}
{%- endmacro -%}

{%- macro spark__return_freed_memory() -%} {%- endmacro -%}
