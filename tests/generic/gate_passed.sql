{#- All checks of the gate with `severity_level` (critical or warning) passed. In a build, only
    results of this run count: a gate without results must not pass by an older run. Otherwise the
    newest run counts. Each failure is also printed with its page, because dbt only prints the
    number of failures. Keys of rows are on that page and never in the log, because logs cannot be
    erased. -#}
{% test gate_passed(model, severity_level) %}
    {%- set in_this_run -%}
        {%- if flags.WHICH == 'build' -%}
            run_id = '{{ invocation_id }}'
        {%- else -%}
            run_number = (select max(run_number) from {{ model }})
        {%- endif -%}
    {%- endset -%}

    {%- set failures -%}
with
    checks as (select * from {{ model }} where {{ in_this_run }}),

    check_totals as (select count(*) as checks from checks),

    failed_checks as (
        select message, run_id
        from checks
        where severity = '{{ severity_level }}' and not coalesce(passed, false)
        union all
        select
            'the gate has no results of this run: run dbt build' as message,
            cast(null as string) as run_id
        from check_totals
        where checks = 0
    )

select message, run_id
from failed_checks
order by message
    {%- endset -%}

    {%- if execute and flags.WHICH in ("build", "test") -%}
        {%- for message, run_id in run_query(failures) -%}
            {%- set pages = var("data_docs_path", "") or env_var(
                "SEGMENTS_DATA_DOCS", "target/data_docs"
            ) -%}
            {%- set page = pages ~ "/" ~ run_id ~ "/" ~ model.identifier ~ ".html" -%}
            {%- do log(
                severity_level
                ~ " in "
                ~ model.identifier
                ~ ": "
                ~ message
                ~ (" See " ~ page if run_id),
                info=true,
            ) -%}
        {%- endfor -%}
    {%- endif -%}

    {{ failures }}
{% endtest %}
