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
                database=build_file(),
                **last,
            )
        )
    }}
{%- endmacro -%}

{#- Lists the views and the tables behind them, and reads only the version. -#}
{%- macro spark__publication_problem(node, has_history, last) -%}
    {%- set schema = node.config.publish_schema -%}
    {%- set state = modules.customer_segmentation.state_schema(schema) -%}
    {%- set sides, tables, versions = {}, {}, [] -%}
    {%- for place, version in {schema: "memory_version", state: "version"}.items() -%}
        {%- do sides.update({place: sides_of_views(place)}) -%}
        {%- for side in sides[place].values() | unique -%}
            {%- do tables.update({place ~ "_" ~ side: tables_of_schema(place ~ "_" ~ side)}) -%}
        {%- endfor -%}
        {%- if version in tables.get(place ~ "_" ~ sides[place].get(version), []) -%}
            {%- set query = "select max(version) from " ~ place ~ "." ~ version -%}
            {%- do versions.append(run_query(query).rows[0][0] | int) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if sides[schema].values() | unique | list | length > 1 -%}
        {%- do exceptions.warn(
            "published: views of schema "
            ~ schema
            ~ " read tables of two runs, because a run was "
            ~ "killed while it published; this run switches all of them"
        ) -%}
    {%- endif -%}
    {{
        return(
            modules.customer_segmentation.views_problem(
                schema,
                sides,
                tables,
                versions | last if versions else none,
                has_history=has_history,
                was_published=last.was_published,
                last_place=last.last_place,
            )
        )
    }}
{%- endmacro -%}

{#- Spark: the side that each view of a schema reads; none for a view of others. -#}
{%- macro sides_of_views(schema) -%}
    {%- set sides = {} -%}
    {%- for _ in run_query("show schemas like '" ~ schema ~ "'").rows -%}
        {#- Temporary views belong to no schema and are listed with every one. -#}
        {%- for row in run_query("show table extended in " ~ schema ~ " like '*'").rows
            if row[0] == schema -%}
            {%- set side = modules.re.search(
                "Table Properties: .*customer_segmentation[.]side=(\\w+)", row[3]
            ) -%}
            {%- do sides.update({row[1]: side.group(1) if side else none}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(sides) }}
{%- endmacro -%}

{#- Spark: the names of the tables of a schema, which may not exist. -#}
{%- macro tables_of_schema(schema) -%}
    {%- set tables = [] -%}
    {%- for _ in run_query("show schemas like '" ~ schema ~ "'").rows -%}
        {%- for table in run_query("show tables in " ~ schema).rows if table[0] == schema -%}
            {%- do tables.append(table[1]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro -%}
