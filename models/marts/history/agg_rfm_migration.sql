-- agg_segment_migration of the RFM groups as a matrix that can be read: numbers of customers.
{% set segments = segments_of("rfm") + ["left", "erased"] %}
with
    migration as (select * from {{ ref("agg_segment_migration") }} where segmentation = 'rfm'),

    final as (
        select
            from_segment,
            from_date,
            to_date,
            max(customers_before) as customers_before,
            {% for segment in segments %}
                cast(
                    coalesce(
                        sum(case when to_segment = '{{ segment }}' then customers end), 0
                    ) as bigint
                ) as to_{{ segment }} {{- ',' if not loop.last }}
            {% endfor %}
        from migration
        group by from_segment, from_date, to_date
    )

select *
from final
