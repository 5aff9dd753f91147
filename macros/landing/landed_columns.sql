{#- The columns of the contract and of the landing as a list of dicts: table_name, column_name, state
    (found, missing or unknown), nearest_name, rows_filled. A table that is missing, and a file that
    is no table, have one entry without a column. -#}
{%- macro landed_columns() -%}
    {%- set entries = [] -%}
    {%- set tables = landing_tables().values() | sum(start=[]) -%}
    {%- set missing = [] -%}
    {%- for table in tables -%}
        {%- set landed = landing_relation(table) -%}
        {%- if execute and landed -%} {%- do entries.extend(landed_columns_of(table, landed)) -%}
        {%- elif execute -%}
            {%- do missing.append(table) -%}
            {%- do entries.append({"table_name": table, "state": "missing"}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if execute and var("landing") == "files" -%}
        {%- for file, nearest in modules.customer_segmentation.unknown_files(
            modules.customer_segmentation.project_path(var("landing_path")),
            tables,
            missing,
        ) -%}
            {%- do entries.append(
                {"table_name": file, "state": "unknown", "nearest_name": nearest}
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(entries) }}
{%- endmacro -%}

{#- The entries of one table. -#}
{%- macro landed_columns_of(table_name, landed) -%}
    {%- set contract = contract_columns(table_name) -%}
    {%- set actual = {} -%}
    {%- set counts = ["count(*)"] -%}
    {%- for column in columns_as_landed(contract, landed) -%}
        {%- do actual.update({column.name | lower: loop.index}) -%}
        {%- do counts.append("count(nullif(trim(cast(" ~ column.quoted ~ " as string)), ''))") -%}
    {%- endfor -%}
    {%- set filled = {} -%}
    {%- if flags.WHICH not in ("compile", "generate") -%}
        {%- set row = run_query("select " ~ counts | join(", ") ~ " from " ~ landed)[0] -%}
        {%- for name, place in actual.items() -%}
            {%- do filled.update({name: row[place] | int}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set entries = [] -%}
    {%- for name, state, nearest in modules.customer_segmentation.nearest_names(
        contract | map(attribute="name") | list, actual
    ) -%}
        {%- do entries.append(
            {
                "table_name": table_name,
                "column_name": name,
                "state": state,
                "nearest_name": nearest,
                "rows_filled": filled.get(name, 0),
            }
        ) -%}
    {%- endfor -%}
    {{ return(entries) }}
{%- endmacro -%}
