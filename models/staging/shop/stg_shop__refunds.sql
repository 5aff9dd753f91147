with
    orders as (
        select order_id, ordered_at, gross_amount, discount_amount
        from {{ ref("stg_shop__orders") }}
        where coalesce(excluded_as, 'later') = 'later'
    ),

    lines as (
        select order_id, sum(discount_amount) as discount_amount
        from {{ ref("checked_order_lines") }}
        where excluded_as is null
        group by order_id
    ),

    dated_rows as (
        select
            landed.*,
            as_of.as_of_date,
            as_of.horizon_date,
            orders.ordered_at,
            orders.gross_amount
            - coalesce(orders.discount_amount, 0)
            - coalesce(lines.discount_amount, 0) as order_amount
        from {{ landing("refunds") }} as landed
        cross join {{ ref("as_of") }} as as_of
        left join orders on landed.order_id = orders.order_id
        left join lines on landed.order_id = lines.order_id
    ),

    rows_with_reason as (
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
            }} as broken_rule
        from dated_rows
    ),

    numbered_rows as (
        select
            *,
            row_number() over (
                partition by refund_id, broken_rule is null order by refunded_at asc nulls last
            ) as copy_number
        from rows_with_reason
    ),

    -- Copies of a refund count once, refused refunds never. Each may be a cent too high.
    orders_refunded as (
        select
            order_id,
            {{
                fitting_ids(
                    "refund_id",
                    "amount - 0.01",
                    "order_amount",
                    order_by=["refunded_at", "refund_id"],
                )
            }} as fitting_refunds
        from numbered_rows
        where broken_rule is null and copy_number = 1
        group by order_id
    ),

    checked_rows as (
        select
            numbered_rows.*,
            case
                when numbered_rows.broken_rule is not null
                then numbered_rows.broken_rule
                when not array_contains(orders_refunded.fitting_refunds, numbered_rows.refund_id)
                then 'amount is above what is left of the order'
            end as quarantine_reason
        from numbered_rows
        left join orders_refunded on numbered_rows.order_id = orders_refunded.order_id
    ),

    {{ with_exclusion("refunds", "checked_rows", key="refund_id", known_at="refunded_at") }}

select *
from classified_rows
