-- What a person should know about the run before using its segments.
-- Unit tests are the same in any landing: they do without the accounting of an adapter.
{% set adapter_accounts = model.resource_type != "unit_test" and "accounting" in var(
    "landing_adapters"
).get(var("landing"), []) %}
with
    as_of as (select * from {{ ref("as_of") }}),

    row_counts as (select * from {{ ref("landing_row_counts") }}),

    quarantined_rows as (select * from {{ ref("quarantined_rows") }}),

    orders as (select * from {{ ref("int_orders") }}),

    fitness as (select * from {{ ref("int_rfm_fitness") }}),

    cut_points as (select * from {{ ref("int_rfm_cut_points") }}),

    profiles as (select * from {{ ref("agg_segment_profiles") }}),

    gate_results as (select * from {{ ref("gate_results") }}),

    score_methods as (select distinct score_method from cut_points),

    run_facts as (
        select
            'run' as section,
            'as_of_date' as item,
            cast(as_of_date as {{ dbt.type_string() }}) as detail,
            cast(null as bigint) as item_count
        from as_of
        union all
        select 'run', 'landing', '{{ var("landing") }}', null
        union all
        select 'run', 'reporting_currency', '{{ var("reporting_currency") }}', null
    ),

    rfm_facts as (
        select
            'rfm' as section,
            'score_method' as item,
            score_methods.score_method || case
                when score_methods.score_method = '{{ var("rfm_score_method") }}'
                then ''
                else ' instead of {{ var("rfm_score_method") }}: ' || fitness.unfit_reason
            end as detail,
            fitness.buyers as item_count
        from fitness
        cross join score_methods
    ),

    order_facts as (
        select
            'orders' as section,
            'orders' as item,
            'all that are known' as detail,
            count(*) as item_count
        from orders
        union all
        select 'orders', 'purchases', 'count for value and segments', count(*)
        from orders
        where is_purchase
        union all
        select 'orders', 'anonymous purchases', 'name no customer: in no segment', count(*)
        from orders
        where is_purchase and customer_id is null
    ),

    segmentation_facts as (
        select
            'segmentation' as section,
            segmentation as item,
            cast(count(*) as {{ dbt.type_string() }})
            || ' segments, unknown: '
            || cast(
                coalesce(
                    sum(case when segment = 'unknown' then customers end), 0
                ) as {{ dbt.type_string() }}
            ) as detail,
            sum(customers) as item_count
        from profiles
        group by segmentation
    ),

    {% if adapter_accounts %}
        -- What an adapter made of its export, rows that it left out included.
        adapter_facts as (
            select
                'adapter' as section,
                line_kind as item,
                destination as detail,
                line_count as item_count
            from {{ ref(var("landing") ~ "__accounting") }}
        ),
    {% endif %}

    landing_facts as (
        select
            'landing' as section,
            table_name as item,
            case
                when not is_supplied
                then 'not supplied'
                else
                    cast(rows_staged as {{ dbt.type_string() }})
                    || ' staged, '
                    || cast(rows_quarantined as {{ dbt.type_string() }})
                    || ' quarantined, '
                    || cast(rows_duplicate as {{ dbt.type_string() }})
                    || ' duplicate, '
                    || cast(rows_superseded as {{ dbt.type_string() }})
                    || ' superseded, '
                    || cast(rows_later as {{ dbt.type_string() }})
                    || ' later'
            end as detail,
            rows_landed as item_count
        from row_counts
    ),

    quarantine_facts as (
        select
            'quarantine' as section,
            table_name as item,
            quarantine_reason as detail,
            count(*) as item_count
        from quarantined_rows
        group by table_name, quarantine_reason
    ),

    warning_facts as (
        select 'warning' as section, gate as item, message as detail, unexpected_count as item_count
        from gate_results
        where not passed
    ),

    final as (
        {%- for facts in [
            "run_facts",
            "rfm_facts",
            "order_facts",
            "segmentation_facts",
            "landing_facts",
            "quarantine_facts",
            "warning_facts",
        ] + (["adapter_facts"] if adapter_accounts else []) %}
            select
                cast(section as {{ dbt.type_string() }}) as section,
                cast(item as {{ dbt.type_string() }}) as item,
                cast(detail as {{ dbt.type_string() }}) as detail,
                cast(item_count as bigint) as item_count
            from {{ facts }} {{ 'union all' if not loop.last }}
        {%- endfor %}
    )

select *
from final
