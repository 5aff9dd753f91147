{#- A post-hook of gates: keys of offending rows are kept for the current run only, because people
    of earlier runs may be erased since. -#}
{%- macro forget_examples() -%}
    {{ return(adapter.dispatch("forget_examples", "customer_segmentation")()) }}
{%- endmacro -%}

{%- macro default__forget_examples() -%}
    {%- if execute -%}
        {%- do run_query(
            "update "
            ~ this
            ~ " set examples = null where examples is not null and run_id <> '"
            ~ invocation_id
            ~ "'"
        ) -%}
    {%- endif -%}
{%- endmacro -%}

{#- Spark cannot update a table of parquet files, or overwrite one that it reads. -#}
{%- macro spark__forget_examples() -%}
    {%- if execute -%}
        {%- set columns = [] -%}
        {%- for column in adapter.get_columns_in_relation(this) -%}
            {%- do columns.append(
                "case when run_id = '"
                ~ invocation_id
                ~ "' then examples end as examples"
                if column.name == "examples"
                else column.name
            ) -%}
        {%- endfor -%}
        {%- set kept = this ~ "_kept" -%}
        {%- do run_query("drop table if exists " ~ kept) -%}
        {%- do run_query(
            "create table " ~ kept ~ " as select " ~ columns
            | join(", ") ~ " from " ~ this
        ) -%}
        {%- do run_query("insert overwrite table " ~ this ~ " select * from " ~ kept) -%}
        {%- do run_query("drop table " ~ kept) -%}
    {%- endif -%}
{%- endmacro -%}
