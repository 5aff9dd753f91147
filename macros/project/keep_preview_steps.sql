{#- Runs at the end: keeps the code that a preview runs again (src/customer_segmentation/preview). The
    code is that of this build, which later commands of dbt may compile in another way. A preview
    reads a file of DuckDB. -#}
{%- macro keep_preview_steps() -%}
    {%- if execute and flags.WHICH in ("build", "run", "seed", "test") -%}
        {{ return(adapter.dispatch("keep_preview_steps", "customer_segmentation")()) }}
    {%- endif -%}
{%- endmacro -%}

{%- macro default__keep_preview_steps() -%} {%- endmacro -%}

{#- A DuckLake has its path in memory as well. -#}
{%- macro duckdb__keep_preview_steps() -%}
    {%- set steps = modules.customer_segmentation.kept_steps(results, graph.nodes, var) -%}
    {%- if steps and target.path != ":memory:" -%}
        {%- set names, rows = [], [] -%}
        {%- for name, step in steps -%}
            {%- do names.append(text_literal(name)) -%}
            {%- do rows.append("(" ~ text_literal(name) ~ ", " ~ text_literal(step) ~ ")") -%}
        {%- endfor -%}
        {%- do run_query("create schema if not exists preview") -%}
        {%- do run_query("create table if not exists preview.steps (name string, step string)") -%}
        {%- do run_query(
            "delete from preview.steps where name in (" ~ names | join(", ") ~ ")"
        ) -%}
        {%- do run_query("insert into preview.steps values " ~ rows | join(", ")) -%}
    {%- endif -%}
{%- endmacro -%}
