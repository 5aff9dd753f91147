-- The most frequent shapes say how a column that cannot be read is written.
with
    shapes as (
        select
            domain, table_name, column_name, quarantine_reason, value_shape, count(*) as row_count
        from {{ ref("quarantined_rows") }}
        group by domain, table_name, column_name, quarantine_reason, value_shape
    ),

    ranked_shapes as (
        select
            *,
            row_number() over (
                partition by table_name, column_name, quarantine_reason
                order by
                    case when value_shape is null then 1 else 0 end asc,
                    row_count desc,
                    value_shape asc nulls last
            ) as shape_rank
        from shapes
    ),

    final as (
        select
            domain,
            table_name,
            column_name,
            quarantine_reason,
            cast(sum(row_count) as bigint) as row_count,
            cast(
                nullif(
                    concat_ws(
                        ' or ',
                        max(case when shape_rank = 1 then value_shape end),
                        max(case when shape_rank = 2 then value_shape end),
                        max(case when shape_rank = 3 then value_shape end)
                    ),
                    ''
                ) as string
            ) as value_shapes
        from ranked_shapes
        group by domain, table_name, column_name, quarantine_reason
    )

select *
from final
