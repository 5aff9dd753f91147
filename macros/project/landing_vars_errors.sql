{#- What is wrong with the vars that say where the landing tables are: a list of messages. -#}
{%- macro landing_vars_errors() -%}
    {%- set adapters = var("landing_adapters") -%}
    {%- set modes = ["sample", "files", "tables"] + adapters | list -%}
    {%- set mode = var("landing") -%}
    {%- if mode not in modes -%}
        {{ return(["landing is '" ~ mode ~ "'; expected one of " ~ modes | join(", ")]) }}
    {%- endif -%}
    {%- if mode in ["files"] + adapters | list and not var("landing_path") -%}
        {{ return(["landing '" ~ mode ~ "' needs landing_path"]) }}
    {%- endif -%}
    {%- if mode == "tables" and not var("landing_schema") -%}
        {{ return(["landing 'tables' needs landing_schema"]) }}
    {%- endif -%}
    {%- if mode in ("files", "tables") and flags.WHICH in ("run", "build") -%}
        {%- set found = [] -%}
        {%- for table in landing_tables().values() | sum(start=[]) if landing_relation(table) -%}
            {%- do found.append(table) -%}
        {%- endfor -%}
        {%- if not found -%}
            {{
                return(
                    [
                        "landing '"
                        ~ mode
                        ~ "' finds no landing table in '"
                        ~ var("landing_path" if mode == "files" else "landing_schema")
                        ~ "'; expected names such as "
                        ~ ("orders.parquet or customers.csv" if mode == "files" else "orders")
                    ]
                )
            }}
        {%- endif -%}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro -%}
