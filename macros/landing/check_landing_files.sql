{#- Stops the run before any model if a landing file cannot be read, or if its name only resembles the
    name of a landing table. All problems are named at once. -#}
{%- macro check_landing_files() -%}
    {%- if var("landing") == "files" -%}
        {%- set problems = modules.customer_segmentation.reading_problems(
            modules.customer_segmentation.project_path(var("landing_path")),
            landing_contract(landing_tables().values() | sum(start=[])),
            var("landing_encoding"),
        ) -%}
        {%- if problems -%}
            {{ exceptions.raise_compiler_error("landing:\n" ~ problems | join("\n")) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
