with
    orders as (
        select order_id, ordered_at
        from {{ ref("stg_shop__orders") }}
        where coalesce(excluded_as, 'later') = 'later'
    ),

    dated_rows as (
        select landed.*, as_of.as_of_date, as_of.horizon_date, orders.ordered_at
        from {{ landing("order_lines") }} as landed
        cross join {{ ref("as_of") }} as as_of
        left join orders on landed.order_id = orders.order_id
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    dict(
                        order_line_rules(),
                        **{"order_id has no valid order": "ordered_at is null"}
                    )
                )
            }} as quarantine_reason
        from dated_rows
    ),

    {{ with_exclusion("order_lines", "checked_rows", key="order_line_id", known_at="ordered_at") }}

select *
from classified_rows
