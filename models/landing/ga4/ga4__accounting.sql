-- Destination of every row of the export, so that no row is lost silently.
{% call accounting("ga4") %}
    select
        hits.event_name as line_kind,
        case
            when hits.arrival > 1
            then 'left out: exported twice'
            when purchases.hit_id is not null
            then 'events, orders, order_lines'
            when refunds.refund_id is not null
            then 'refunds'
            when hits.event_name = 'refund'
            then 'left out: no purchase in the export'
            when hits.kind is null
            then 'left out: no event of the contract'
            else 'events'
        end as destination
    from {{ ref("ga4__hits") }} as hits
    left join {{ ref("ga4__purchases") }} as purchases on hits.hit_id = purchases.hit_id
    left join {{ ref("ga4__refunds") }} as refunds on hits.hit_id = refunds.refund_id
{% endcall %}
