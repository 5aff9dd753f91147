with
    orders as (
        select order_id, ordered_at
        from {{ ref("stg_shop__orders") }}
        where coalesce(excluded_as, 'later') = 'later'
    ),

    dated_rows as (
        select landed.*, as_of.as_of_date, as_of.horizon_date, orders.ordered_at
        from {{ landing("refunds") }} as landed
        cross join {{ ref("as_of") }} as as_of
        left join orders on landed.order_id = orders.order_id
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "refund_id is missing": "refund_id is null",
                        "refunded_at is missing": "refunded_at is null",
                        "order_id is missing": "order_id is null",
                        "amount is missing": "amount is null",
                        "amount is negative": "amount < 0",
                        "order_id has no valid order": "ordered_at is null",
                        "refunded_at is before the order": "refunded_at < cast(ordered_at as date)",
                        "refunded_at is in the future": is_in_the_future("refunded_at"),
                    }
                )
            }} as quarantine_reason
        from dated_rows
    ),

    {{ with_exclusion("refunds", "checked_rows", key="refund_id", known_at="refunded_at") }}

select *
from classified_rows
