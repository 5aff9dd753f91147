-- If a line breaks a rule of its own, that is its reason, even if its order is quarantined for it.
with
    orders as (
        select order_id, ordered_at
        from {{ ref("stg_shop__orders") }}
        where coalesce(excluded_as, 'later') = 'later'
    ),

    dated_rows as (
        select landed.*, as_of.as_of_date, orders.ordered_at
        from {{ landing("order_lines") }} as landed
        cross join {{ ref("as_of") }} as as_of
        left join orders on landed.order_id = orders.order_id
    ),

    checked_rows as (
        select *, {{ first_broken_rule(order_line_rules()) }} as quarantine_reason from dated_rows
    ),

    {{ with_exclusion("order_lines", "checked_rows", key="order_line_id", known_at="ordered_at") }},

    rows_with_order as (
        select
            classified_rows.*,
            orders.order_id is null
            and coalesce(classified_rows.excluded_as, '-')
            not in ('quarantined', 'erased') as is_orphan
        from classified_rows
        left join orders on classified_rows.order_id = orders.order_id
    ),

    final as (
        select
            {{ columns_with("order_lines") }},
            case when is_orphan then 'quarantined' else excluded_as end as excluded_as,
            case
                when is_orphan then 'order_id has no valid order' else quarantine_reason
            end as quarantine_reason,
            case
                when is_orphan then {{ text_shape("order_id") }} else value_shape
            end as value_shape
        from rows_with_order
    )

select *
from final
