{{ config(meta={"dagster": {"ref": {"name": "landing_row_counts"}}}) }}
-- Rows in the landing = rows in staging + quarantined + exact duplicates (+ other versions of the
-- same key, + rows after as_of_date, + rows of erased people). Both ends are counted, so the test
-- detects errors of every join in between.
with
    landed as (
        {% for tables in landing_tables().values() %}
            {% set last_domain = loop.last %}
            {% for table in tables %}
                {% set landed = landing_relation(table, is_parent=false) %}
                select '{{ table }}' as table_name, count(*) as rows_in_landing
                from
                    {{
                        (
                            landed
                            if landed
                            else "(select 1 as nothing) as no_table where nothing = 0"
                        )
                    }}
                    {{ 'union all' if not (last_domain and loop.last) }}
            {% endfor %}
        {% endfor %}
    ),

    staged as (
        {% for domain, tables in landing_tables().items() %}
            {% set last_domain = loop.last %}
            {% for table in tables %}
                select '{{ table }}' as table_name, count(*) as rows_in_staging
                from
                    {{ accepted_rows("stg_" ~ domain ~ "__" ~ table) }}
                    {{ 'union all' if not (last_domain and loop.last) }}
            {% endfor %}
        {% endfor %}
    ),

    quarantined as (
        select table_name, count(*) as rows_in_quarantine
        from {{ ref("quarantined_rows") }}
        group by table_name
    )

select landed.*, staged.rows_in_staging, quarantined.rows_in_quarantine, row_counts.*
from landed
inner join staged on landed.table_name = staged.table_name
inner join
    {{ ref("landing_row_counts") }} as row_counts on landed.table_name = row_counts.table_name
left join quarantined on landed.table_name = quarantined.table_name
where
    landed.rows_in_landing
    <> staged.rows_in_staging
    + coalesce(quarantined.rows_in_quarantine, 0)
    + row_counts.rows_duplicate
    + row_counts.rows_superseded
    + row_counts.rows_later
    + row_counts.rows_erased
