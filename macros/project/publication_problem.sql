{#- The reason why the run must not publish the tables of the model `node`; none if it may. -#}
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

{#- Lists the views and the tables behind them, and reads only the version. -#}
{%- macro spark__publication_problem(node, has_history, last) -%}
    {%- set schema = node.config.publish_schema -%}
    {%- set state = modules.customer_segmentation.state_schema(schema) -%}
    {%- set views, tables, versions = {}, {}, [] -%}
    {%- for place, version in {schema: "memory_version", state: "version"}.items() -%}
        {%- do views.update({place: views_of_schema(place)}) -%}
        {%- do tables.update({place: tables_behind(place, views[place])}) -%}
        {%- if version in views[place] and version in tables[place] -%}
            {%- set query = "select max(version) from " ~ place ~ "." ~ version -%}
            {%- do versions.append(run_query(query).rows[0][0] | int) -%}
        {%- endif -%}
    {%- endfor -%}
    {{
        return(
            modules.customer_segmentation.views_problem(
                schema,
                views,
                tables,
                versions | last if versions else none,
                has_history=has_history,
                was_published=last.was_published,
                last_place=last.last_place,
            )
        )
    }}
{%- endmacro -%}

{#- Spark: the names of the tables on the side that the views of a schema read. -#}
{%- macro tables_behind(schema, views) -%}
    {%- set sides, tables = [], [] -%}
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
    {{ return(tables) }}
{%- endmacro -%}
