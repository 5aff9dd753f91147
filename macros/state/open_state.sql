{#- The state of the last run: `place`, the prefix of its tables' names, and `found`, the columns
    of each table. If not `is_read`, nothing is found. -#}
{%- macro open_state(is_read) -%}
    {%- set node = publishing_node("publication") -%}
    {{ return(adapter.dispatch("open_state", "customer_segmentation")(node, is_read)) }}
{%- endmacro -%}

{#- The file is only read, and publication lets go of it. The source's own database is in memory. -#}
{%- macro duckdb__open_state(node, is_read) -%}
    {%- do run_query("attach if not exists ':memory:' as state") -%}
    {%- do run_query("detach database if exists last_run") -%}
    {%- set found = {} -%}
    {%- set file = modules.customer_segmentation.state_file(node.config.publish_path) -%}
    {%- if file and is_read -%}
        {%- set literal = "'" ~ dbt.escape_single_quotes(file) ~ "'" -%}
        {%- do run_query("attach " ~ literal ~ " as last_run (read_only)") -%}
        {%- set query -%}
            select table_name, column_name from duckdb_columns() where database_name = 'last_run'
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do found.setdefault(row[0], []).append(row[1]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return({"place": "last_run", "found": found}) }}
{%- endmacro -%}

{%- macro spark__open_state(node, is_read) -%}
    {%- set schema = node.config.publish_schema -%}
    {%- set known = modules.customer_segmentation.state_relations() -%}
    {%- for place in (modules.customer_segmentation.state_schema(schema), schema) if is_read -%}
        {%- set found = {} -%}
        {%- for view in views_of_schema(place) if view in known -%}
            {%- set columns = query_columns("select * from " ~ place ~ "." ~ view) -%}
            {%- do found.update({view: columns | map(attribute="name") | list}) -%}
        {%- endfor -%}
        {%- if found -%} {{ return({"place": place, "found": found}) }} {%- endif -%}
    {%- endfor -%}
    {{ return({"place": schema, "found": {}}) }}
{%- endmacro -%}

{#- Spark: the names of the views of a schema, which may not exist. -#}
{%- macro views_of_schema(schema) -%}
    {%- set views = [] -%}
    {%- for _ in run_query("show schemas like '" ~ schema ~ "'").rows -%}
        {#- Temporary views belong to no schema and are listed with every one. -#}
        {%- for view in run_query("show views in " ~ schema).rows if view[0] == schema -%}
            {%- do views.append(view[1]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(views) }}
{%- endmacro -%}
