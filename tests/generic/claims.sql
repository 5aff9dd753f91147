{#- The claims of a model in one test: each claim that rows break, and how often. No part of the
    primary key is null, and its rows differ, as those of each combination in unique do. A column in
    accepted_values has one of a list, or null. A column in references has a value of [another
    model, its column], or null. The conditions in holds are true, and not null, in every row. -#}
{% test claims(
    model,
    primary_key=[],
    unique=[],
    not_null=[],
    accepted_values={},
    references={},
    holds={}
) %}
    {{ config(fail_calc="coalesce(sum(broken_rows), 0)") }}
    {%- set broken, conditions = {}, {} -%}

    {%- for key in [primary_key] + unique if key -%}
        {%- set columns = key | join(", ") -%}
        {%- set rows -%}
            select {{ columns }} from {{ model }} group by {{ columns }} having count(*) > 1
            {%- for column in key if key == primary_key %} or {{ column }} is null {%- endfor -%}
        {%- endset -%}
        {%- set kind = "primary key" if key == primary_key else "unique" -%}
        {%- do broken.update({kind ~ " " ~ columns: rows}) -%}
    {%- endfor -%}

    {%- for column in not_null -%}
        {%- do conditions.update({column ~ " is not null": column ~ " is not null"}) -%}
    {%- endfor -%}
    {%- for column, values in accepted_values.items() -%}
        {%- set condition -%}
            {{ column }} is null or cast({{ column }} as string) in ('{{ values | join("', '") }}')
        {%- endset -%}
        {%- do conditions.update({column ~ " has an accepted value": condition}) -%}
    {%- endfor -%}
    {%- for column, (other, other_column) in references.items() -%}
        {%- set condition -%}
            {{ column }} is null or {{ column }} in (select {{ other_column }} from {{ other }})
        {%- endset -%}
        {%- do conditions.update({column ~ " is in " ~ other.identifier: condition}) -%}
    {%- endfor -%}
    {%- do conditions.update(holds) -%}
    {%- for claim, condition in conditions.items() -%}
        {%- set rows -%} select 1 from {{ model }} where not coalesce({{ condition }}, false) {%- endset -%}
        {%- do broken.update({claim: rows}) -%}
    {%- endfor -%}

    {%- for claim, rows in broken.items() %}
        {{ "union all" if not loop.first }}
        select '{{ dbt.escape_single_quotes(claim) }}' as claim, count(*) as broken_rows
        from ({{ rows }}) as broken
        having count(*) > 0
    {%- endfor %}
{% endtest %}
