-- Destination of every row of the export, so that no row is lost silently.
with
    hits as (
        select hits.*, purchases.hit_id is not null as is_order
        from {{ ref("ga4__hits") }} as hits
        left join {{ ref("ga4__purchases") }} as purchases on hits.hit_id = purchases.hit_id
    ),

    final as (
        select
            event_name as line_kind,
            case
                when arrival > 1
                then 'left out: exported twice'
                when is_order
                then 'events, orders, order_lines'
                when kind is null
                then 'left out: no event of the contract'
                else 'events'
            end as destination,
            count(*) as line_count
        from hits
        group by 1, 2
    )

select *
from final
