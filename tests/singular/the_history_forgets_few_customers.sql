{{ config(meta={"dagster": {"ref": {"name": "fct_segment_history"}}}) }}
-- If many customers of the history are unknown at once, they were probably not erased: their rows
-- are missing, and the next publication would lose their history.
{%- set failures %}
with
    remembered_customers as (
        select distinct customer_id
        from {{ ref("int_kept_segment_history") }}
    ),

    kept_customers as (select distinct customer_id from {{ ref("fct_segment_history") }}),

    counts as (
        select
            count(*) as remembered,
            count(*) filter (where kept_customers.customer_id is null) as forgotten
        from remembered_customers
        left join kept_customers on remembered_customers.customer_id = kept_customers.customer_id
    )

select remembered, forgotten
from counts
where forgotten * 100 > remembered * {{ var("history_max_forgotten_percent") }}
{%- endset %}

{%- if execute and flags.WHICH in ("build", "test") -%}
    {%- for remembered, forgotten in run_query(failures) -%}
        {%- do log(
            forgotten
            ~ " of the "
            ~ remembered
            ~ " customers of the history are not known any more. Is a landing table incomplete, or is "
            ~ "SEGMENTS_ID_SECRET another one than in the last run? If they are meant to be gone, build "
            ~ "with a higher history_max_forgotten_percent",
            info=true,
        ) -%}
    {%- endfor -%}
{%- endif %}

{{ failures }}
