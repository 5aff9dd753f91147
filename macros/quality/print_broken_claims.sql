{#- Runs at the end: prints each broken claim of the models, and the rows that a test of business
    seeds found, because dbt only prints the number of failures of a test. Other tests may find rows
    of persons. -#}
{%- macro print_broken_claims() -%}
    {%- for result in results if result.status == "fail" -%}
        {%- set node = result.node -%}
        {%- if node.test_metadata is defined and node.test_metadata.name == "claims" -%}
            {%- set table = node.attached_node.split(".")[-1] -%}
            {%- for claim in run_query(node.compiled_code) -%}
                {%- do log(
                    table ~ ": " ~ claim[0] ~ ", broken " ~ claim[1] ~ " times",
                    info=true,
                ) -%}
            {%- endfor -%}
        {%- else -%}
            {%- set others = [] -%}
            {%- for key in node.depends_on.nodes -%}
                {%- set path = graph.nodes[key].original_file_path if key in graph.nodes else "" -%}
                {%- if not path.startswith("seeds/business/") -%}
                    {%- do others.append(key) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- set found = run_query(node.compiled_code) if not others else none -%}
            {%- for row in found.rows if found -%}
                {%- set words = [] -%}
                {%- for column in found.column_names if row[column] is not none -%}
                    {%- do words.append(column ~ " " ~ row[column]) -%}
                {%- endfor -%}
                {%- do log(node.name ~ ": " ~ words | join(", "), info=true) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}
