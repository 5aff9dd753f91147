{#- The gate found nothing of `severity_level` (critical or warning) to complain about.
    In a build only results of this very run count: a gate that wrote nothing must not pass on the
    results of an older run. Elsewhere the newest run counts. Each failure is also printed, because
    dbt itself prints no more than their number. -#}
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
        select message, examples
        from checks
        where severity = '{{ severity_level }}' and not coalesce(passed, false)
        union all
        select
            'the gate has no results of this run' as message,
            cast(null as {{ dbt.type_string() }}) as examples
        from check_totals
        where checks = 0
    )

select message, examples
from failed_checks
order by message
    {%- endset -%}

    {%- if execute and flags.WHICH in ("build", "test") -%}
        {%- for row in run_query(failures) -%}
            {%- set examples = " For example " ~ row[1] ~ "." if row[1] else "" -%}
            {%- do log(
                severity_level ~ " in " ~ model.identifier ~ ": " ~ row[0] ~ examples,
                info=true,
            ) -%}
        {%- endfor -%}
    {%- endif -%}

    {{ failures }}
{% endtest %}
