{#- Stops the run before any model if a var is out of range, misspelt or contradicts another one, or if the
    landing tables cannot be found. src/customer_segmentation/settings.py has the rules. -#}
{%- macro check_vars() -%}
    {%- if execute and flags.WHICH in ("run", "build", "test", "seed") -%}
        {%- set problems = modules.customer_segmentation.settings_problems(var) -%}
        {%- do problems.extend(
            modules.customer_segmentation.business_problems(graph.nodes.values(), var)
        ) -%}
        {%- do problems.extend(landing_refs_problems()) -%}
        {%- if not problems and flags.WHICH in ("run", "build") -%}
            {%- do check_landing() -%} {%- do problems.extend(missing_landing_tables()) -%}
        {%- endif -%}
        {%- if problems -%}
            {%- do problems.append("Correct them under vars in dbt_project.yml or in --vars.") -%}
            {{ exceptions.raise_compiler_error("vars:\n" ~ problems | join("\n")) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{#- A message if landing is 'files' or 'tables' and the place has no landing table; a list. -#}
{%- macro missing_landing_tables() -%}
    {%- set places = {
        "files": ["landing_path", "orders.parquet or customers.csv"],
        "tables": ["landing_schema", "orders"],
    } -%}
    {%- if var("landing") not in places -%} {{ return([]) }} {%- endif -%}
    {%- for table in landing_tables().values() | sum(start=[]) if landing_relation(table) -%}
        {{ return([]) }}
    {%- endfor -%}
    {%- set name, example = places[var("landing")] -%}
    {{
        return(
            [
                name
                ~ " is '"
                ~ var(name)
                ~ "', where no landing table is found; expected names such as "
                ~ example
            ]
        )
    }}
{%- endmacro -%}
