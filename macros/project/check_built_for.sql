{#- Compares the build database with the run: the day and, for a selection that publishes besides
    the full build, the landing and whether the build was published. -#}
{%- macro check_built_for(relations) -%}
    {%- set query = (
        "select as_of_date, visible_until_date, landing, run_id from " ~ relations.as_of
    ) -%}
    {%- set built = run_query(query)[0] -%}
    {%- set built_for = built[0] | string -%}
    {%- set is_past = built_for == built[1] | string -%}
    {%- set errors = [] -%}
    {%- if var("as_of_date") and var("as_of_date") | string != built_for -%}
        {%- do errors.append(
            "as_of_date is '"
            ~ var("as_of_date")
            ~ "', but what this selection reads was built for "
            ~ built_for
        ) -%}
    {%- endif -%}
    {%- if relations.publication -%}
        {%- if is_past and not var("as_of_date") -%}
            {%- do errors.append(
                "what this selection reads was built for as_of_date " ~ built_for
            ) -%}
        {%- endif -%}
        {%- if built[2] != var("landing") -%}
            {%- do errors.append(
                "landing is '"
                ~ var("landing")
                ~ "', but what this selection reads was built from "
                ~ built[2]
            ) -%}
        {%- endif -%}
        {%- set columns = adapter.get_columns_in_relation(relations.publication) -%}
        {#- A build database of an older version does not say which run published. -#}
        {%- set run_id = (
            "max(run_id)" if "run_id" in columns | map(attribute="name") else "null"
        ) -%}
        {%- set query = "select " ~ run_id ~ " from " ~ relations.publication -%}
        {%- if run_query(query)[0][0] != built[3] -%}
            {%- do errors.append("what this selection reads was not published") -%}
        {%- endif -%}
    {%- endif -%}
    {%- if errors -%}
        {{
            exceptions.raise_compiler_error(
                errors | join("; ") ~ ": build everything (dbt build) before it"
            )
        }}
    {%- endif -%}
{%- endmacro -%}
