with
    orders as (
        select order_id, ordered_at, gross_amount, discount_amount
        from {{ ref("stg_shop__orders") }}
        where coalesce(excluded_as, 'later') = 'later'
    ),

    lines as (select order_id, discount_amount from {{ ref("order_line_totals") }}),

    dated_rows as (
        select
            landed.*,
            as_of.as_of_date,
            as_of.horizon_date,
            orders.ordered_at,
            orders.gross_amount
            - coalesce(orders.discount_amount, 0)
            - coalesce(lines.discount_amount, 0) as order_amount,
            row_number() over (
                partition by landed.refund_id order by landed.refunded_at asc nulls last
            ) as copy_number
        from {{ landing("refunds") }} as landed
        cross join {{ ref("as_of") }} as as_of
        left join orders on landed.order_id = orders.order_id
        left join lines on landed.order_id = lines.order_id
    ),

    -- Copies of a refund count once. The refund that exceeds the order is quarantined, and the
    -- later ones of the order as well.
    summed_rows as (
        select
            *,
            sum(case when copy_number = 1 and amount > 0 then amount else 0 end) over refunds_so_far
            as refunded_amount,
            sum(case when copy_number = 1 then 0.01 else 0 end) over refunds_so_far
            as cents_of_rounding
        from dated_rows
        window
            refunds_so_far as (
                partition by order_id order by refunded_at asc nulls last, refund_id asc nulls last
            )
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
                        "amount is above what is left of the order": (
                            "refunded_amount > order_amount + cents_of_rounding"
                        ),
                    }
                )
            }} as quarantine_reason
        from summed_rows
    ),

    {{ with_exclusion("refunds", "checked_rows", key="refund_id", known_at="refunded_at") }}

select *
from classified_rows
