{#- SQL for `from` that reads the file or folder of a landing table in landing_path, or none if there
    is none. Column names are the contract's, in small letters. -#}
{%- macro landing_file(table_name) -%}
    {#- Other tables matter by their names alone. -#}
    {%- set contract = {} -%}
    {%- for name in landing_tables().values() | sum(start=[]) -%}
        {%- do contract.update({name: {}}) -%}
    {%- endfor -%}
    {%- do contract.update(landing_contract([table_name])) -%}
    {%- set plan = modules.customer_segmentation.table_plan(
        modules.customer_segmentation.project_path(var("landing_path")),
        table_name,
        contract,
        var("landing_encoding"),
    ) -%}
    {%- if plan -%} {{ return(read_files(plan)) }} {%- endif -%}
{%- endmacro -%}
