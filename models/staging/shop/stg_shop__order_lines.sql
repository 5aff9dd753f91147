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
                    {
                        "order_line_id is missing": "order_line_id is null",
                        "order_id is missing": "order_id is null",
                        "quantity is missing": "quantity is null",
                        "unit_price is missing": "unit_price is null",
                        "unit_price is negative": "unit_price < 0",
                        "quantity is not positive": "quantity <= 0",
                        "discount_amount is negative": "discount_amount < 0",
                        "order_id has no valid order": "ordered_at is null",
                    }
                )
            }} as quarantine_reason
        from dated_rows
    ),

    {{ with_exclusion("order_lines", "checked_rows", key="order_line_id", known_at="ordered_at") }}

select *
from classified_rows
