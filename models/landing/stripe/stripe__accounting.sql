-- Destination of every row of the export, so that no row is lost silently.
with
    accounted_rows as (
        select
            'charges' as line_kind,
            case
                when try_rank = 1 then 'orders' else 'left out: another try of a payment'
            end as destination
        from {{ ref("stripe__charges") }}
        union all
        select
            'refunds',
            case
                when coalesce(lower(status), 'succeeded') in ('failed', 'canceled')
                then 'left out: no money came back'
                else 'refunds'
            end
        from {{ ref("stripe__raw_refunds") }}
        union all
        select
            'customers',
            case
                when coalesce(lower(is_deleted), 'false') in ('false', '0', 'f')
                then 'customers'
                else 'left out: deleted'
            end
        from {{ ref("stripe__raw_customers") }}
    ),

    final as (
        select line_kind, destination, count(*) as line_count
        from accounted_rows
        group by line_kind, destination
    )

select *
from final
