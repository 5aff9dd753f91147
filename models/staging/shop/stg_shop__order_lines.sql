-- If a line breaks a rule of its own, that is its reason, even if its order is quarantined for it.
with
    orders as (
        select order_id, ordered_at
        from {{ ref("stg_shop__orders") }}
        where coalesce(excluded_as, 'later') = 'later'
    ),

    lines_with_order as (
        select
            lines.*,
            orders.order_id is null
            and coalesce(lines.excluded_as, 'duplicate') = 'duplicate' as is_orphan,
            orders.ordered_at >= {{ next_day("as_of.as_of_date") }} as is_later
        from {{ ref("checked_order_lines") }} as lines
        cross join {{ ref("as_of") }} as as_of
        left join orders on lines.order_id = orders.order_id
    ),

    final as (
        select
            {{ columns_with("order_lines") }},
            case
                when is_orphan
                then 'quarantined'
                when excluded_as is not null
                then excluded_as
                when is_later
                then 'later'
            end as excluded_as,
            case
                when is_orphan then 'order_id has no valid order' else quarantine_reason
            end as quarantine_reason,
            case
                when is_orphan then {{ text_shape("order_id") }} else value_shape
            end as value_shape
        from lines_with_order
    )

select *
from final
