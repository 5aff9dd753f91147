{#- Why the run must not publish what the model `node` publishes; none where it may. -#}
{%- macro publication_problem(node, has_history) -%}
    {{
        return(
            adapter.dispatch("publication_problem", "customer_segmentation")(
                node, has_history, last_publication(node)
            )
        )
    }}
{%- endmacro -%}

{%- macro duckdb__publication_problem(node, has_history, last) -%}
    {{
        return(
            modules.customer_segmentation.publication_problem(
                node.config.publish_path,
                "run_report" if has_history else "service_cards",
                has_history=has_history,
                database=target.path,
                **last,
            )
        )
    }}
{%- endmacro -%}

{#- Lists the views and the tables behind them; nothing is read but the version. -#}
{%- macro spark__publication_problem(node, has_history, last) -%}
    {%- set schema = node.config.publish_schema -%}
    {%- set views, sides, tables, versions = [], [], [], [] -%}
    {%- for _ in run_query("show schemas like '" ~ schema ~ "'").rows -%}
        {#- Temporary views belong to no schema and are listed with every one. -#}
        {%- for view in run_query("show views in " ~ schema).rows if view[0] == schema -%}
            {%- do views.append(view[1]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for view in views[:1] -%}
        {%- for property in run_query("show tblproperties " ~ schema ~ "." ~ view).rows
            if property[0] == "customer_segmentation.side" -%}
            {%- do sides.append(schema ~ "_" ~ property[1]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for side in sides if run_query("show schemas like '" ~ side ~ "'").rows | length -%}
        {%- for table in run_query("show tables in " ~ side).rows if table[0] == side -%}
            {%- do tables.append(table[1]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if "memory_version" in views and "memory_version" in tables -%}
        {%- set query = "select max(version) from " ~ schema ~ ".memory_version" -%}
        {%- do versions.append(run_query(query).rows[0][0] | int) -%}
    {%- endif -%}
    {{
        return(
            modules.customer_segmentation.views_problem(
                schema,
                views,
                tables,
                versions | first if versions else none,
                has_history=has_history,
                was_published=last.was_published,
                last_place=last.last_place,
            )
        )
    }}
{%- endmacro -%}
