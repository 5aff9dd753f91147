{#- SQL for `from` that reads the files of a plan (src/customer_segmentation/landing_files.py): its
    columns by name, from all of its parts. A column that a part lacks is null there. -#}
{%- macro read_files(plan) -%}
    {%- set selects = [] -%}
    {%- for part in plan.parts -%}
        {%- set columns = [] -%}
        {%- for name in plan.columns -%}
            {%- if name in part.columns -%} {%- set column = adapter.quote(part.columns[name]) -%}
            {%- elif name in part.constants -%}
                {%- set column = text_literal(part.constants[name]) -%}
            {%- else -%} {%- set column = "null" -%}
            {%- endif -%}
            {%- if plan.is_cast -%}
                {%- set column = "cast(" ~ column ~ " as string)" -%}
            {%- endif -%}
            {%- do columns.append(column ~ " as " ~ adapter.quote(name)) -%}
        {%- endfor -%}
        {%- do selects.append("select " ~ columns | join(", ") ~ " from " ~ read_part(part)) -%}
    {%- endfor -%}
    {{ return("(" ~ selects | join(" union all ") ~ ")") }}
{%- endmacro -%}

{#- SQL for `from` that reads files of one form. Nothing is left to the reader's guess: CSV columns
    are text, quotes are double quotes, no line is a comment, and a line with too many or too few
    fields is an error. -#}
{%- macro read_part(part) -%}
    {{ return(adapter.dispatch("read_part", "customer_segmentation")(part)) }}
{%- endmacro -%}

{%- macro duckdb__read_part(part) -%}
    {%- set files = [] -%}
    {%- for file in part.files -%}
        {#- Brackets keep signs of a path from being a pattern. -#}
        {%- do files.append(text_literal(modules.re.sub("([][*?])", "[\\1]", file))) -%}
    {%- endfor -%}
    {%- if part.format == "parquet" -%}
        {{
            return(
                "read_parquet([" ~ files
                | join(", ") ~ "], union_by_name = true, hive_partitioning = false)"
            )
        }}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for name in part.columns.values() -%}
        {%- do columns.append(text_literal(name) ~ ": 'VARCHAR'") -%}
    {%- endfor -%}
    {{
        return(
            "read_csv([" ~ files
            | join(", ")
            ~ "], auto_detect = false, header = true, delim = '"
            ~ part.delimiter
            ~ "', quote = '\"', escape = '\"', strict_mode = true, hive_partitioning = false, compression = '"
            ~ ("gzip" if part.is_gzip else "none")
            ~ "', columns = {"
            ~ columns
            | join(", ") ~ "})"
        )
    }}
{%- endmacro -%}

{#- Spark SQL accepts the options of a reader, and several paths as a pattern, only in a view. -#}
{%- macro spark__read_part(part) -%}
    {#- Several files are alternatives of one pattern, after their common root. -#}
    {%- set root = modules.re.match("([a-z0-9]+://[^/]*)?/?", part.files[0])[0] -%}
    {%- set files = [] -%}
    {%- for file in part.files -%}
        {%- do files.append(modules.re.sub("([][*?{},])", "\\\\\\1", file[root | length :])) -%}
    {%- endfor -%}
    {%- set path = root ~ (files[0] if files | length == 1 else "{" ~ files | join(",") ~ "}") -%}
    {%- set columns = [] -%}
    {%- for name in part.columns.values() -%}
        {%- do columns.append(adapter.quote(name) ~ " string") -%}
    {%- endfor -%}
    {%- set view_name = "landing_files_" ~ local_md5(part | string) -%}
    {%- do run_query(
        "create or replace temporary view "
        ~ view_name
        ~ (" (" ~ columns | join(", ") ~ ")" if part.format == "csv" else "")
        ~ " using "
        ~ part.format
        ~ " options (path "
        ~ text_literal(path)
        ~ (
            ", header 'true', sep '"
            ~ part.delimiter
            ~ "', quote '\"', escape '\"', multiLine 'true', mode 'FAILFAST', columnPruning 'false'"
            if part.format == "csv"
            else ""
        )
        ~ ")"
    ) -%}
    {{ return(view_name) }}
{%- endmacro -%}
