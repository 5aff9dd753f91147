{#- Lets only their owner read the build database and all files that the run writes from here on,
    unless the environment variable SEGMENTS_UMASK says otherwise. -#}
{%- macro keep_private() -%}
    {%- if execute -%}
        {%- set error = modules.customer_segmentation.keep_private(
            env_var("SEGMENTS_UMASK", "077"), build_file()
        ) -%}
        {%- if error -%} {{ exceptions.raise_compiler_error(error) }} {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
