-- agg_segment_migration of the RFM segments as a matrix of numbers of customers.
{% set segments = segments_of("rfm") + [
    {"segment": "left", "column": "left"},
    {"segment": "erased", "column": "erased"},
] %}
with
    migration as (select * from {{ ref("agg_segment_migration") }} where segmentation = 'rfm'),

    final as (
        select
            from_segment,
            from_date,
            to_date,
            max(customers_before) as customers_before,
            {% for row in segments %}
                {%- set segment = dbt.escape_single_quotes(row.segment) %}
                cast(
                    coalesce(
                        sum(case when to_segment = '{{ segment }}' then customers end), 0
                    ) as bigint
                ) as to_{{ row.column }} {{- ',' if not loop.last }}
            {% endfor %}
        from migration
        group by from_segment, from_date, to_date
    )

select *
from final
